// A scanner types like a keyboard. It sends the separator of a GS1 code (FNC1) as Ctrl+], which no text field takes,
// and Enter at the end, which would send a form before its packs are counted.
(() => {
  for (const field of document.querySelectorAll("[data-scan]")) {
    field.addEventListener("keydown", (event) => {
      const separator = event.key === "\u001d" || (event.ctrlKey && (event.key === "]" || event.code === "BracketRight"));
      if (separator) {
        event.preventDefault();
        field.setRangeText("<GS>", field.selectionStart, field.selectionEnd, "end");
      }
      const packs = field.form.elements.packs;
      if (event.key === "Enter" && packs?.value === "") {
        event.preventDefault();
        packs.focus();
      }
    });
  }
})();
