// A request of a page that was refused or never arrived says so beside what it was to change.
// Not here: an ended session (session.js), and a page that keeps itself up to date (live.js).
(() => {
  const words = document.querySelector("[data-request-errors]").dataset;
  const shown = new Map(); // id of a target, or the target -> its alert
  const key = (target) => target.id || target;

  const clear = (target) => {
    shown.get(key(target))?.remove();
    shown.delete(key(target));
  };

  const say = (event, text) => {
    const { target, requestConfig } = event.detail;
    if (!target || target.closest("[data-live]")) return;
    // What asks again and again by itself says once that it cannot.
    if (requestConfig.verb === "get" && shown.get(key(target))?.textContent === text) return;
    clear(target);
    const alert = document.createElement("p");
    alert.className = "alert";
    alert.setAttribute("role", "alert");
    alert.textContent = requestConfig.verb === "get" ? text : `${words.notStored} ${text}`;
    target.before(alert);
    shown.set(key(target), alert);
  };

  const reason = (request) => {
    const plain = (request.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    return plain && request.responseText ? request.responseText : words.failed;
  };

  document.addEventListener("htmx:sendError", (event) => say(event, words.lost));
  document.addEventListener("htmx:timeout", (event) => say(event, words.lost));
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    const tell = () => say(event, reason(event.detail.xhr));
    // Whoever reads "repeat the step" must find a page whose token is renewed (session.js).
    if (status === 403) document.addEventListener("nungil:session-continued", tell, { once: true });
    else if (status !== 401) tell();
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status < 400) clear(event.detail.target);
  });
})();
