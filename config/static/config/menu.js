// On a narrow screen the main menu is folded to the page that is open; without this script all of it is shown.
const opener = document.querySelector("[data-nav-open]");
if (opener) {
  const menu = document.getElementById("nav");
  menu.classList.add("folding");
  opener.hidden = false;
  opener.addEventListener("click", () => {
    const open = menu.classList.toggle("open");
    opener.setAttribute("aria-expanded", String(open));
  });
}
