// A key that does not answer is said on the page: allauth's scripts only tell the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const text of document.querySelectorAll("[data-key-failed]")) text.hidden = false;
});
