// "None of these": answers no to whatever in its group is not answered yet.
for (const button of document.querySelectorAll("[data-none]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const group = button.closest("[data-group]");
    for (const set of group.querySelectorAll("fieldset")) {
      const chosen = set.querySelector("input[type=radio]:checked");
      if (chosen && chosen.value !== "") continue;
      const no = set.querySelector("input[value=no], input[value=none], input[value=never]");
      if (no) no.checked = true;
    }
    for (const none of group.querySelectorAll("input[type=checkbox][name$=_none]")) {
      const text = group.querySelector(`input[name="${none.name.replace("_none", "")}"]`);
      if (!text.value.trim()) none.checked = true;
    }
    button.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
