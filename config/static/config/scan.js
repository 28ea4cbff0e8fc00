// A scanner that types: FNC1 comes as Ctrl+], which no text field takes, and is written as <GS> instead.
(() => {
  for (const field of document.querySelectorAll("[data-scan]")) {
    field.addEventListener("keydown", (event) => {
      const isFnc1 = event.key === "\u001d" || (event.ctrlKey && (event.key === "]" || event.code === "BracketRight"));
      if (!isFnc1) return;
      event.preventDefault();
      field.setRangeText("<GS>", field.selectionStart, field.selectionEnd, "end");
    });
  }
})();
