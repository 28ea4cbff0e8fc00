// A scanner types like a keyboard. It sends the separator of a GS1 code as Ctrl+], which a field does not take, and
// Enter at the end, which would send the form before the packs are counted.
(() => {
  const field = document.querySelector("[data-scan]");
  if (!field) return;
  field.addEventListener("keydown", (event) => {
    const separator = event.key === "\u001d" || (event.ctrlKey && (event.key === "]" || event.code === "BracketRight"));
    if (separator) {
      event.preventDefault();
      field.setRangeText("|", field.selectionStart, field.selectionEnd, "end");
    }
    const packs = field.form.elements.packs;
    if (event.key === "Enter" && packs.value === "") {
      event.preventDefault();
      packs.focus();
    }
  });
})();
