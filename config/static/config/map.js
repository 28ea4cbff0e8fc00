// Lays the map of a disease over its photograph. Without this script the tools stay hidden.
(() => {
  const overlayOf = (viewer) => {
    const known = viewer.querySelector(".map-overlay");
    if (known) return known;
    const photograph = viewer.querySelector("img");
    const overlay = new Image();
    overlay.className = "map-overlay";
    overlay.alt = "";
    overlay.draggable = false;
    // A photograph that is looked at closely is moved; zoom.js moves both from now on.
    overlay.style.transform = photograph.style.transform;
    viewer.append(overlay);
    return overlay;
  };

  const show = (tools) => {
    const choice = tools.querySelector("[data-map-choice]");
    const strength = tools.querySelector("[data-map-strength]");
    const viewer = tools.closest("article").querySelector("[data-viewer]") ?? tools.viewer;
    tools.viewer = viewer; // it may stand in the large view meanwhile
    if (!viewer) return;
    strength.disabled = !choice.value;
    if (!choice.value) {
      viewer.querySelector(".map-overlay")?.remove();
      return;
    }
    const overlay = overlayOf(viewer);
    if (overlay.getAttribute("src") !== choice.value) overlay.src = choice.value;
    overlay.style.opacity = strength.value / 100;
  };

  const begin = () => {
    for (const tools of document.querySelectorAll("[data-map][hidden]")) {
      tools.addEventListener("input", () => show(tools));
      tools.hidden = false;
      show(tools);
    }
  };

  document.addEventListener("nungil:shown", begin);
  begin();
})();
