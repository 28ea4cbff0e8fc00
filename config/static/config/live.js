// Keeps an open page up to date. Nothing that a person is about to click moves: rows change in place, new rows
// wait until they are asked for, and rows that left stay where they were, marked.
(() => {
  const line = document.querySelector("[data-live-line]");
  const live = () => document.querySelector("[data-live]");
  if (!line || !live()) return;
  const status = line.querySelector("[data-live-status]");
  const show = line.querySelector("[data-live-show]");
  const pause = line.querySelector("[data-live-pause]");
  const PAUSED = "nungil-paused";
  let stopped = false;
  let offline = false;
  let waiting = null; // a newer page that is not shown yet

  const say = (text) => { if (status.textContent !== text) status.textContent = text; };
  const isPaused = () => sessionStorage.getItem(PAUSED) === "yes";

  const markPaused = () => {
    pause.setAttribute("aria-pressed", String(isPaused()));
    say(isPaused() ? line.dataset.paused : "");
  };

  // A photograph that somebody looks at closely stays as it is.
  const keepPictures = (fresh) => {
    const source = (viewer) => viewer.querySelector("img")?.getAttribute("src");
    const old = new Map([...live().querySelectorAll("[data-viewer]")].map((viewer) => [source(viewer), viewer]));
    for (const viewer of fresh.querySelectorAll("[data-viewer]")) {
      const same = old.get(source(viewer));
      if (same) viewer.replaceWith(same);
    }
    const tools = live().querySelector("[data-zoom-tools]");
    if (tools) fresh.querySelector("[data-zoom-tools]")?.replaceWith(tools);
  };

  const replace = (fresh) => {
    const active = document.activeElement;
    const row = active?.closest?.("[data-row]")?.dataset.row;
    const id = active?.id;
    keepPictures(fresh);
    live().replaceWith(fresh);
    htmx.process(fresh);
    const again = row ? fresh.querySelector(`[data-row="${CSS.escape(row)}"] a`) : id && document.getElementById(id);
    if (again && fresh.contains(again)) again.focus({ preventScroll: true });
    show.hidden = true;
    waiting = null;
    document.dispatchEvent(new CustomEvent("nungil:shown"));
  };

  const renew = (old, now) => {
    let changed = false;
    [...old.cells].forEach((cell, index) => {
      const next = now.cells[index];
      if (!next || cell.innerHTML === next.innerHTML || cell.contains(document.activeElement)) return;
      cell.innerHTML = next.innerHTML;
      changed = true;
    });
    return changed;
  };

  const markGone = (row) => {
    if (row.dataset.gone) return;
    row.dataset.gone = "yes";
    const note = document.createElement("span");
    note.className = "cell-note";
    note.textContent = line.dataset.gone;
    row.cells[0].append(note);
  };

  const mergeRows = (fresh) => {
    const shown = [...live().querySelectorAll("tr[data-row]")];
    if (!shown.length) return replace(fresh);
    const rows = new Map([...fresh.querySelectorAll("tr[data-row]")].map((row) => [row.dataset.row, row]));
    const kept = shown.map((row) => rows.has(row.dataset.row));
    const pushedOut = fresh.querySelector("[rel=next]") ? kept.lastIndexOf(true) : shown.length;
    let changes = 0;
    shown.forEach((row, index) => {
      if (!kept[index]) { if (index <= pushedOut) markGone(row); return; }
      delete row.dataset.gone;
      if (renew(row, rows.get(row.dataset.row))) changes += 1;
      rows.delete(row.dataset.row);
    });
    for (const count of fresh.querySelectorAll("[data-count]")) {
      const old = live().querySelector(`[data-count="${count.dataset.count}"]`);
      if (old && old.textContent !== count.textContent) old.textContent = count.textContent;
    }
    live().dataset.seen = fresh.dataset.seen;
    waiting = fresh;
    show.hidden = rows.size === 0;
    const parts = [];
    if (rows.size) parts.push(`${line.dataset.news}: ${rows.size}`);
    if (changes) parts.push(`${line.dataset.changes}: ${changes}`);
    if (parts.length) say(parts.join(" · "));
  };

  const mergePage = (fresh) => {
    const active = document.activeElement;
    const busy = live().contains(active) && active.matches("input, select, textarea");
    if (!busy && !document.querySelector("dialog[open]")) { replace(fresh); say(line.dataset.changedPage); return; }
    live().dataset.seen = fresh.dataset.seen;
    waiting = fresh;
    show.hidden = false;
    say(line.dataset.changedPage);
  };

  const stop = () => {
    stopped = true;
    say(line.dataset.signedOut);
    line.querySelector("[data-live-sign-in]").hidden = false;
    pause.hidden = true;
  };

  const received = (request) => {
    const elsewhere = request.responseURL && new URL(request.responseURL).pathname !== location.pathname;
    if (request.status === 401 || request.status === 403 || elsewhere) return stop();
    if (offline) { offline = false; say(""); }
    if (request.status !== 200) return undefined;
    const fresh = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("[data-live]");
    if (!fresh) return undefined;
    const taken = document.adoptNode(fresh);
    return taken.dataset.live === "rows" ? mergeRows(taken) : mergePage(taken);
  };

  const ours = (event) => event.detail.elt === live();
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (ours(event)) event.detail.headers["X-Nungil-Seen"] = live().dataset.seen;
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (ours(event) && (stopped || isPaused() || document.hidden)) event.preventDefault();
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!ours(event) || event.detail.xhr.status === 0) return;
    received(event.detail.xhr);
  });
  document.body.addEventListener("htmx:sendError", (event) => {
    if (!ours(event)) return;
    offline = true;
    say(line.dataset.offline);
  });
  show.addEventListener("click", () => { if (waiting) { replace(waiting); say(""); } });
  pause.addEventListener("click", () => {
    sessionStorage.setItem(PAUSED, isPaused() ? "no" : "yes");
    markPaused();
  });
  line.hidden = false;
  markPaused();
})();
