// Photographs are sent one after the other; a lost connection or an ended session only pauses the queue.
const form = document.getElementById("upload");
const list = document.getElementById("queue");
const words = form.dataset;
const waiting = [];
let busy = false;
let wake = null;
const steps = { open: 0, begun: 0 };
const LONGEST_PAUSE_MS = 10000;

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
window.addEventListener("online", () => wake && wake());
document.addEventListener("nungil:session-continued", () => wake && wake());

function add(files) {
  for (const file of files) {
    const row = document.createElement("li");
    const name = document.createElement("strong");
    const bar = document.createElement("progress");
    const state = document.createElement("span");
    name.textContent = file.name;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    row.append(name, " ", bar, " ", state);
    list.append(row);
    enqueue({ file, row, bar, state, replace: "", pause: 1000 });
  }
}

function enqueue(one) {
  for (const button of one.row.querySelectorAll("button")) button.remove();
  say(one, words.waiting);
  waiting.push(one);
  work();
}

function say(one, text) {
  one.state.textContent = text;
}

async function work() {
  if (busy) return;
  busy = true;
  while (waiting.length) {
    const one = waiting[0];
    if (await send(one)) waiting.shift();
  }
  busy = false;
}

// Resolves to true when this file is settled, false when it has to be sent again.
async function send(one) {
  say(one, words.sending);
  const answer = await post(one);
  if (answer.status === 0) return pause(one, words.lost, one.pause);
  if (answer.status === 401 || answer.status === 403) {
    document.dispatchEvent(new CustomEvent("nungil:session-ended"));
    return pause(one, words.ended, 0);
  }
  one.bar.hidden = true;
  if (answer.status === 200) say(one, words.received);
  else refused(one, answer);
  await refresh();
  return true;
}

// The board anew; never over a step that the person has begun meanwhile, whose answer is newer.
async function refresh() {
  for (;;) {
    while (steps.open) await new Promise((resolve) => setTimeout(resolve, 50));
    const begun = steps.begun;
    const answer = await fetch(words.board, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer || !answer.ok) return;
    const text = await answer.text();
    if (steps.open || begun !== steps.begun) continue;
    document.getElementById("board").outerHTML = text;
    htmx.process(document.getElementById("board"));
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
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) one.bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => resolve({ status: request.status, body: request.response || {} }));
    request.send(data);
  });
}

function pause(one, text, milliseconds) {
  say(one, text);
  one.bar.value = 0;
  one.pause = Math.min(2 * one.pause, LONGEST_PAUSE_MS);
  return new Promise((resolve) => {
    wake = () => {
      wake = null;
      resolve(false);
    };
    if (milliseconds) setTimeout(() => wake && wake(), milliseconds);
  });
}

function refused(one, answer) {
  say(one, answer.body.message || words.failed);
  if (answer.status === 422) return;
  for (const eye of answer.body.stored || []) button(one, eye === "R" ? words.right : words.left, eye);
  button(one, words.again, "");
}

function button(one, text, replace) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", () => {
    one.replace = replace;
    one.bar.hidden = false;
    enqueue(one);
  });
  one.row.append(" ", made);
}
