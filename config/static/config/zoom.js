// Looking closer at photographs: wheel, pinch, drag, buttons and keys; both eyes move together when wanted.
// Without this script a picture is a link that opens it alone.
const FARTHEST = 1;
const CLOSEST = 12;
const STEP = 1.4;
const MOVE = 60;

const tools = document.querySelector("[data-zoom-tools]");
const viewers = [...document.querySelectorAll("[data-viewer]")].map(viewer);
let together = true;

function viewer(element) {
  const view = { element, image: element.querySelector("img"), scale: 1, x: 0, y: 0, fingers: new Map() };
  view.colour = view.image.src;
  return view;
}

function show(view) {
  const box = view.element.getBoundingClientRect();
  // The picture may leave the middle by no more than what lies outside its frame.
  const roomX = (box.width * (view.scale - 1)) / 2;
  const roomY = (box.height * (view.scale - 1)) / 2;
  view.x = Math.min(roomX, Math.max(-roomX, view.x));
  view.y = Math.min(roomY, Math.max(-roomY, view.y));
  for (const picture of view.element.querySelectorAll("img")) { // a map may lie over the photograph
    picture.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  }
  view.element.classList.toggle("closer", view.scale > 1);
}

function change(view, doing) {
  for (const one of together ? viewers : [view]) {
    doing(one);
    show(one);
  }
  tools.querySelector("[data-zoom-scale]").value = `${Math.round(view.scale * 100)} %`;
}

// (dx, dy): the point that stays in place, from the middle of the picture.
function zoom(view, factor, dx = 0, dy = 0) {
  change(view, (one) => {
    const scale = Math.min(CLOSEST, Math.max(FARTHEST, one.scale * factor));
    const grown = scale / one.scale;
    one.x = dx - (dx - one.x) * grown;
    one.y = dy - (dy - one.y) * grown;
    one.scale = scale;
  });
}

const move = (view, dx, dy) => change(view, (one) => { one.x += dx; one.y += dy; });
const whole = (view) => change(view, (one) => { one.scale = 1; one.x = 0; one.y = 0; });

const KEYS = {
  "+": (view) => zoom(view, STEP),
  "=": (view) => zoom(view, STEP),
  "-": (view) => zoom(view, 1 / STEP),
  "0": whole,
  ArrowLeft: (view) => move(view, MOVE, 0),
  ArrowRight: (view) => move(view, -MOVE, 0),
  ArrowUp: (view) => move(view, 0, MOVE),
  ArrowDown: (view) => move(view, 0, -MOVE),
};

function fromMiddle(view, event) {
  const box = view.element.getBoundingClientRect();
  return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
}

function spread(fingers) {
  const [one, other] = [...fingers.values()];
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}

function follow(view, event) {
  const before = view.fingers.get(event.pointerId);
  if (!before) return;
  const apart = view.fingers.size === 2 ? spread(view.fingers) : 0;
  view.fingers.set(event.pointerId, event);
  if (apart) zoom(view, spread(view.fingers) / apart, ...fromMiddle(view, event));
  else if (view.scale > 1) move(view, event.clientX - before.clientX, event.clientY - before.clientY);
  view.moved = true;
}

function listen(view) {
  const { element } = view;
  element.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
    if (!act || (event.key.startsWith("Arrow") && view.scale === 1)) return;
    event.preventDefault();
    event.stopPropagation();
    act(view);
  });
  // A plain wheel scrolls the page until somebody looks closer, in the large view it always zooms.
  element.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && view.scale === 1 && !element.closest("dialog")) return;
    event.preventDefault();
    zoom(view, event.deltaY < 0 ? STEP : 1 / STEP, ...fromMiddle(view, event));
  }, { passive: false });
  element.addEventListener("pointerdown", (event) => {
    view.moved = false;
    view.fingers.set(event.pointerId, event);
    if (view.scale > 1) element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => follow(view, event));
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    element.addEventListener(end, (event) => view.fingers.delete(event.pointerId));
  }
  element.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (view.scale === 1) zoom(view, STEP * STEP, ...fromMiddle(view, event));
    else if (!view.moved) whole(view);
  });
}

function grey(button) {
  const wanted = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", wanted);
  for (const view of viewers) view.image.src = wanted ? view.element.dataset.grey : view.colour;
}

// The very same pictures move into the dialog and back: nothing is loaded, or read, a second time.
function large(button) {
  const dialog = document.querySelector("[data-zoom-large]");
  if (dialog.open) return dialog.close();
  const places = [tools, ...viewers.map((view) => view.element)].map((element) => {
    const mark = document.createComment("");
    element.replaceWith(mark);
    dialog.append(element);
    return [element, mark];
  });
  dialog.addEventListener("close", () => {
    for (const [element, mark] of places) mark.replaceWith(element);
    button.setAttribute("aria-pressed", "false");
    viewers.forEach(show);
    button.focus();
  }, { once: true });
  button.setAttribute("aria-pressed", "true");
  dialog.showModal();
  button.focus();
}

const BUTTONS = {
  in: () => zoom(viewers[0], STEP),
  out: () => zoom(viewers[0], 1 / STEP),
  whole: () => whole(viewers[0]),
  together: (button) => {
    together = !together;
    button.setAttribute("aria-pressed", together);
  },
  grey,
  large,
};

if (tools && viewers.length) {
  tools.hidden = false;
  viewers.forEach(listen);
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) BUTTONS[button.dataset.zoom](button);
  });
}
