// On a shared workstation: a word before the session ends, and a way back that keeps the page as it is.
// Other scripts may dispatch "nungil:session-ended" on document, and listen for "nungil:session-continued": the same
// person is signed in, and every form of the page has a token that is valid now.
(() => {
  const POLL = { "X-Nungil-Poll": "1" };
  const WARN_SECONDS = 60;
  const dialog = document.getElementById("session-dialog");
  if (!dialog) return;
  const { url, person } = dialog.dataset;
  let timer;

  const part = (name) => dialog.querySelector(`[data-session-${name}]`);

  function show(name) {
    for (const one of ["warning", "ended", "other"]) part(one).hidden = one !== name;
    dialog.classList.toggle("covers", name !== "warning");
    dialog.setAttribute("aria-labelledby", `session-${name}`);
    if (!dialog.open) dialog.showModal();
    part(name).querySelector("button, a").focus();
  }

  function tokenRenew(token) {
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }

  async function state(method) {
    const headers = { ...POLL };
    if (method === "POST") headers["X-CSRFToken"] = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const answer = await fetch(url, { method, headers });
    return answer.json();
  }

  // What the server says decides: work in another tab counts, and a clock that stood still while the lid was shut does not.
  async function look(method = "GET") {
    clearTimeout(timer);
    let now;
    try {
      now = await state(method);
    } catch {
      timer = setTimeout(look, 10_000);
      return;
    }
    if (now.person === null || now.seconds_left <= 0) return show("ended");
    if (String(now.person) !== person) return show("other");
    tokenRenew(now.token);
    document.dispatchEvent(new CustomEvent("nungil:session-continued"));
    if (now.seconds_left <= WARN_SECONDS) show("warning");
    else if (dialog.open) dialog.close();
    const wait = now.seconds_left > WARN_SECONDS ? now.seconds_left - WARN_SECONDS : now.seconds_left;
    timer = setTimeout(look, (wait + 1) * 1000);
  }

  dialog.addEventListener("cancel", (event) => event.preventDefault());
  part("stay").addEventListener("click", () => look("POST"));
  part("continue").addEventListener("click", () => look());
  part("reload").addEventListener("click", () => location.replace("/"));
  document.addEventListener("nungil:session-ended", () => look());
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401 || event.detail.xhr.status === 403) look();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  window.addEventListener("focus", () => look());
  window.addEventListener("pageshow", (event) => event.persisted && look());
  timer = setTimeout(look, (Number(dialog.dataset.seconds) - WARN_SECONDS) * 1000);
})();
