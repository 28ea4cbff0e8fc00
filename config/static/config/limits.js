// Sliders beside the limits, and their figures while they move. Without this script a form shows the same.
(() => {
  const data = document.getElementById("limits-curves");
  if (!data) return;
  const curves = JSON.parse(data.textContent);

  const nearest = (thresholds, limit) => {
    let best = 0;
    thresholds.forEach((each, i) => {
      if (Math.abs(each - limit) < Math.abs(thresholds[best] - limit)) best = i;
    });
    return best;
  };

  const percent = (share) => (share * 100 < 9.95 ? `${(share * 100).toFixed(1)} %` : `${(share * 100).toFixed(0)} %`);

  const figures = (curve, limit) => {
    const i = nearest(curve.thresholds, limit);
    const found = 1000 * curve.prevalence * curve.sensitivity[i];
    const wrong = 1000 * (1 - curve.prevalence) * (1 - curve.specificity[i]);
    return {
      at: i,
      sensitivity: percent(curve.sensitivity[i]),
      specificity: percent(curve.specificity[i]),
      missed: (1000 * curve.prevalence - found).toFixed(1),
      benefit: (found - (wrong * limit) / (1 - limit)).toFixed(1),
      own: curve.own[i].toFixed(1),
      nobody: found + wrong < 1,
    };
  };

  const show = (panel, end, limit) => {
    const curve = curves[panel.dataset.label];
    const { at, nobody, ...shown } = figures(curve, limit);
    for (const [name, text] of Object.entries(shown)) {
      panel.querySelector(`[data-figure="${end}-${name}"]`).textContent = text;
    }
    const across = (panel.querySelector("svg").viewBox.baseVal.width * at) / (curve.thresholds.length - 1);
    for (const mark of panel.querySelectorAll(`[data-mark="${end}"]`)) {
      mark.setAttribute("x1", across);
      mark.setAttribute("x2", across);
    }
    const point = panel.querySelector(`[data-point="${end}"]`);
    point.setAttribute("cx", across);
    point.setAttribute("cy", curve.benefitHeights[at]);
    const [raised, high] = limitsOf(panel);
    panel.querySelector("[data-order]").hidden = raised < high;
    if (end === "high") panel.querySelector("[data-nobody]").hidden = !nobody;
    showTotal();
  };

  const limitsOf = (panel) => [...panel.querySelectorAll("[data-limit]")].map((input) => input.value / 100);

  // Referrals a week with all limits as they stand; somebody with two high risks counts twice.
  const showTotal = () => {
    const total = document.querySelector("[data-anyway]");
    let week = Number(total.dataset.anyway);
    for (const panel of document.querySelectorAll(".limit")) {
      const curve = curves[panel.dataset.label];
      week += curve.own[nearest(curve.thresholds, limitsOf(panel)[1])];
    }
    total.querySelector("[data-then]").textContent = week.toFixed(1);
    const places = total.dataset.places;
    total.querySelector("[data-too-many]").hidden = places === "" || week <= Number(places);
  };

  const begin = (panel, input) => {
    const { thresholds } = curves[panel.dataset.label];
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: 0, max: thresholds.length - 1, step: 1 });
    slider.setAttribute("aria-label", `${panel.querySelector("legend").textContent}: ${input.labels[0].textContent}`);
    slider.value = nearest(thresholds, input.value / 100);
    slider.addEventListener("input", () => {
      input.value = Number((thresholds[slider.value] * 100).toFixed(2));
      show(panel, input.dataset.limit, thresholds[slider.value]);
    });
    input.addEventListener("input", () => {
      const limit = input.value / 100;
      if (!(limit > 0 && limit < 1)) return;
      slider.value = nearest(thresholds, limit);
      show(panel, input.dataset.limit, limit);
    });
    input.after(slider);
  };

  for (const panel of document.querySelectorAll(".limit")) {
    for (const input of panel.querySelectorAll("[data-limit]")) begin(panel, input);
  }
})();
