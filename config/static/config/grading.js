// Reading by keyboard: single keys work only while the focus is in an eye (WCAG 2.1.4), and never in a text field.
(() => {
  const form = document.querySelector("[data-read-form]");
  if (!form) return;
  const eyes = [...form.querySelectorAll("[data-eye]")];
  const letter = (event) => (/^[ -~]$/.test(event.key) || !/^Key[A-Z]$/.test(event.code)
    ? event.key.toLowerCase() : event.code.slice(3).toLowerCase());
  const typing = (target) => target.matches("input:not([type=radio]):not([type=checkbox]), select, textarea");
  const choose = (radio) => {
    radio.checked = true;
    radio.focus({ preventScroll: true });
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const flip = (row) => {
    const [there, absent] = row.querySelectorAll("input[type=radio]");
    choose(there.checked ? absent : there);
  };

  // What the machine left open is never decided in passing.
  const restAbsent = (eye) => {
    for (const row of eye.querySelectorAll("[data-label]:not([data-open])")) {
      const [there, absent] = row.querySelectorAll("input[type=radio]");
      if (!there.checked && !absent.checked) absent.checked = true;
    }
    eye.querySelector("[name$=gradable][value=yes]").checked = true;
    show(eye);
  };

  // An eye that cannot be judged has no findings to fill in; one that can has no such reason.
  const show = (eye) => {
    const judged = eye.querySelector("[name$=gradable]:checked")?.value;
    for (const part of eye.querySelectorAll(".grading-findings, .field")) {
      const reason = Boolean(part.querySelector("[name$=ungradable_reason]"));
      part.hidden = reason ? judged !== "no" : judged === "no";
    }
  };

  const go = (eye) => {
    if (!eye) return;
    eye.scrollIntoView({ block: "start" });
    eye.querySelector("input").focus({ preventScroll: true });
  };

  for (const eye of eyes) {
    show(eye);
    eye.addEventListener("change", () => show(eye));
  }

  document.addEventListener("keydown", (event) => {
    const eye = event.target.closest?.("[data-eye]");
    if (!eye || !form.contains(eye) || typing(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = letter(event);
    const row = /^[a-z]$/.test(key) && eye.querySelector(`[data-label="${key}"]`);
    if (row) flip(row);
    else if (key === "n") restAbsent(eye);
    else if (key === "x") choose(eye.querySelector("[name$=gradable][value=no]"));
    else if (key === "1") go(eyes[0]);
    else if (key === "2") go(eyes[1]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
