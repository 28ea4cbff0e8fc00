// Photographs are sent one after the other; a lost connection or an ended session only pauses the queue.
const form = document.getElementById("upload");
const sending = document.getElementById("sending");
const outcome = document.getElementById("outcome");
const refusals = document.getElementById("refusals");
const words = form.dataset;
const waiting = [];
const refused = [];
const count = { received: 0 };
let busy = false;
let wake = null;
const steps = { open: 0, begun: 0 };
const LONGEST_PAUSE_MS = 10000;
const SHOWN_AT_ONCE = 3;
// The server would hang up on it, which looks like a lost connection.
const TOO_LARGE = { status: 422, message: words.tooLarge, read: true };

form.classList.add("scripted");
form.querySelector("[data-plain]").hidden = true;
for (const input of form.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
}
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    if (name === "drop") add(event.dataTransfer.files);
  });
}
document.addEventListener("htmx:beforeRequest", () => {
  steps.open += 1;
  steps.begun += 1;
});
document.addEventListener("htmx:afterRequest", () => (steps.open -= 1));
document.addEventListener("htmx:afterSettle", offer);
window.addEventListener("online", () => wake && wake());
document.addEventListener("nungil:session-continued", () => wake && wake());

function add(files) {
  for (const file of files) {
    const row = document.createElement("li");
    const name = document.createElement("strong");
    const bar = document.createElement("progress");
    const state = document.createElement("span");
    const buttons = document.createElement("span");
    name.textContent = file.name;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    buttons.className = "buttons";
    row.append(name, " ", bar, " ", state, " ", buttons);
    enqueue({ file, row, bar, state, buttons, replace: "", pause: 1000, renewed: false });
  }
}

function enqueue(one) {
  if (refused.includes(one)) refused.splice(refused.indexOf(one), 1);
  one.buttons.replaceChildren();
  one.bar.value = 0;
  one.bar.hidden = false;
  one.state.textContent = words.waiting;
  sending.append(one.row);
  waiting.push(one);
  tell();
  work();
}

// One line for all of them: what waits, what arrived, what did not.
function tell(text = "") {
  const hidden = waiting.length - SHOWN_AT_ONCE;
  const parts = [
    hidden > 0 && `${words.more}: ${hidden}`,
    count.received && `${words.received}: ${count.received}`,
    refused.length && `${words.refused}: ${refused.length}`,
    text,
  ];
  outcome.textContent = parts.filter(Boolean).join(" · ");
  refusals.hidden = !refused.length;
  refusals.querySelector("summary").textContent = `${words.refused}: ${refused.length}`;
}

async function work() {
  if (busy) return;
  busy = true;
  while (waiting.length) {
    const one = waiting[0];
    if (await send(one)) {
      waiting.shift();
      tell(one.told);
    }
  }
  busy = false;
}

// Resolves to true when this file is settled, false when it has to be sent again.
async function send(one) {
  one.state.textContent = words.sending;
  const answer = one.file.size > Number(words.mostBytes) ? TOO_LARGE : await post(one);
  if (answer.status === 0) return pause(one, words.lost, one.pause);
  if (answer.status === 401) return pause(one, words.ended, 0, "nungil:session-ended");
  if (answer.status === 403 && !one.renewed) {
    // An old token, where the same person has signed in again meanwhile: with a new one it goes on.
    one.renewed = true;
    return pause(one, words.sending, 0, "nungil:session-ended");
  }
  one.renewed = false;
  if (answer.status === 200 && answer.read) received(one, answer);
  else refuse(one, answer);
  await refresh();
  return true;
}

function received(one, answer) {
  count.received += 1;
  one.told = `${one.file.name}: ${answer.message}`;
  one.row.remove();
}

function refuse(one, answer) {
  one.answer = answer;
  one.bar.hidden = true;
  const why = answer.message || words.failed;
  one.state.textContent = answer.full ? "" : why;
  one.told = `${one.file.name}: ${why}`;
  refused.push(one);
  refusals.querySelector("ul").append(one.row);
  refusals.querySelector("details").open = refused.length <= SHOWN_AT_ONCE;
  offer();
}

// What may be done with a photograph that was not stored; that changes with every step on the board.
function offer() {
  const places = [...document.querySelectorAll("#board [data-stored]")].map((place) => place.dataset.stored);
  const full = places.length + document.querySelectorAll("#board [data-waiting]").length > 1;
  for (const one of refused) {
    one.buttons.replaceChildren();
    if (one.answer.status === 422) continue;
    if (!one.answer.full || !full) button(one, words.again, "");
    else for (const eye of places) button(one, eye === "R" ? words.right : words.left, eye);
  }
  // Said once, not beside each of them.
  const why = refused.find((one) => one.answer.full);
  refusals.querySelector("p").textContent = why && full ? (places.length ? why.answer.message : words.first) : "";
}

// The board anew; never over a step that the person has begun meanwhile, whose answer is newer.
async function refresh() {
  for (;;) {
    while (steps.open) await new Promise((resolve) => setTimeout(resolve, 50));
    const begun = steps.begun;
    const answer = await fetch(words.board, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer || !answer.ok) return;
    if (answer.redirected) return location.assign(answer.url); // submitted meanwhile, in another window
    const text = await answer.text();
    if (steps.open || begun !== steps.begun) continue;
    document.getElementById("board").outerHTML = text;
    htmx.process(document.getElementById("board"));
    offer();
    return;
  }
}

function post(one) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const data = new FormData();
    data.append("photograph", one.file);
    data.append("replace", one.replace);
    data.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) one.bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => resolve(answerOf(request)));
    request.send(data);
  });
}

// `read`: it is an answer about this photograph, not a page that somebody was sent to instead.
function answerOf(request) {
  const type = request.getResponseHeader("Content-Type") || "";
  if (type.startsWith("application/json")) {
    return { ...JSON.parse(request.responseText), status: request.status, read: true };
  }
  return { message: type.startsWith("text/plain") ? request.responseText : "", status: request.status };
}

function pause(one, text, milliseconds, told = "") {
  one.state.textContent = text;
  one.bar.value = 0;
  one.pause = Math.min(2 * one.pause, LONGEST_PAUSE_MS);
  return new Promise((resolve) => {
    wake = () => {
      wake = null;
      resolve(false);
    };
    if (milliseconds) setTimeout(() => wake && wake(), milliseconds);
    if (told) document.dispatchEvent(new CustomEvent(told));
  });
}

function button(one, text, replace) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", () => {
    one.replace = replace;
    enqueue(one);
  });
  one.buttons.append(made);
}
