// "None of these": answers no to whatever in its group is not answered yet, and to nothing else.
for (const button of document.querySelectorAll("[data-none]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const question of button.closest("[data-group]").querySelectorAll(".question")) {
      if (!answered(question)) question.querySelector(NO)?.click();
    }
    button.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

const NO = [...["no", "none", "never", "neither"].map((value) => `input[value=${value}]`), "[name$=_none]"].join();

// A choice that is made, or a text that belongs to it.
function answered(question) {
  const chosen = [...question.querySelectorAll("input:checked")].some((one) => one.value !== "");
  return chosen || [...question.querySelectorAll("input[type=text]")].some((one) => one.value.trim());
}
