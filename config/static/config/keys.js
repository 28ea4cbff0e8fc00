// Shortcuts: single keys that never fire while somebody types, and that can be switched off (WCAG 2.1.4).
(() => {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const OFF = "nungil-keys";
  const enabled = dialog.querySelector("[data-keys-on]");
  const LEAD_MS = 1500;
  let leading = 0; // when g was pressed

  enabled.checked = localStorage.getItem(OFF) !== "off";
  enabled.addEventListener("change", () => localStorage.setItem(OFF, enabled.checked ? "on" : "off"));
  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }
  dialog.querySelector("[data-keys-close]").addEventListener("click", () => dialog.close());

  // A Korean keyboard sends "ㅓ" where the key says J.
  const letter = (event) => (/^[ -~]$/.test(event.key) || !/^Key[A-Z]$/.test(event.code)
    ? event.key : event.code.slice(3).toLowerCase());
  const typing = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const visible = (element) => element.getClientRects().length > 0;

  const move = (step) => {
    const rows = [...document.querySelectorAll("main [data-row]")].filter(visible);
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
    const link = rows[next].querySelector("a");
    link.focus({ preventScroll: true });
    rows[next].scrollIntoView({ block: "nearest" });
  };

  const follow = (selector) => {
    const link = [...document.querySelectorAll(selector)].find((one) => one.href);
    if (link) link.click();
    return Boolean(link);
  };

  const focusSearch = () => {
    const field = document.querySelector("[data-search]");
    if (!field) return false;
    field.focus();
    field.select();
    return true;
  };

  const inList = () => Boolean(document.activeElement?.closest?.("[data-row]")) || document.activeElement === document.body;
  const ACTIONS = {
    j: () => { move(1); return true; },
    k: () => { move(-1); return true; },
    ArrowDown: () => inList() && document.querySelector("main [data-row]") && (move(1), true),
    ArrowUp: () => Boolean(document.activeElement?.closest?.("[data-row]")) && (move(-1), true),
    "/": focusSearch,
    "?": () => { dialog.showModal(); return true; },
    u: () => follow(".back a"),
    g: () => { leading = Date.now(); return true; },
  };

  document.addEventListener("keydown", (event) => {
    if (!enabled.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = letter(event);
    const led = Date.now() - leading < LEAD_MS;
    leading = 0;
    const done = led && /^[a-z]$/.test(key) ? follow(`[data-go="${key}"]`) : ACTIONS[key]?.();
    if (done) event.preventDefault();
  });
})();
