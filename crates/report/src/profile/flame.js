"use strict";
// Makes every flame graph work, in a document of its own or in a page: a click zooms, a text is searched.
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("svg.flame").forEach((root) => {
  const width = 1200, letter = 7.3;
  const scope = root.closest("figure") ?? root;
  const frames = [...root.querySelectorAll(".frame")].map((node) => ({
    node,
    rect: node.querySelector("rect"),
    text: node.querySelector("text"),
    x: Number(node.dataset.x),
    w: Number(node.dataset.w),
    level: Number(node.dataset.level),
    name: node.dataset.name,
  }));
  const found = scope.querySelector(".found");

  // A click makes a frame as wide as the picture; what it was called by stays, faded.
  const zoom = (to) => {
    const scale = width / to.w;
    for (const one of frames) {
      const inside = one.x >= to.x - 1e-3 && one.x + one.w <= to.x + to.w + 1e-3;
      const around = one.level < to.level && one.x <= to.x + 1e-3 && one.x + one.w >= to.x + to.w - 1e-3;
      const shown = around || (inside && one.level >= to.level);
      one.node.classList.toggle("gone", !shown);
      one.node.classList.toggle("under", around);
      if (!shown) continue;
      const x = around ? 0 : (one.x - to.x) * scale, w = around ? width : one.w * scale;
      one.rect.setAttribute("x", x);
      one.rect.setAttribute("width", w);
      one.text.setAttribute("x", x + 3);
      const letters = Math.floor((w - 6) / letter);
      one.text.textContent = one.name.length <= letters ? one.name
        : letters < 4 ? "" : one.name.slice(0, letters - 1) + "…";
    }
  };

  // The share of all that lies in functions of such a name, each stack once.
  const search = (text) => {
    let share = 0, end = -1;
    const hits = [];
    for (const one of frames) {
      const hit = text !== "" && one.name.toLowerCase().includes(text.toLowerCase());
      one.node.classList.toggle("hit", hit);
      if (hit) hits.push(one);
    }
    hits.sort((a, b) => a.x - b.x || b.w - a.w);
    for (const one of hits) {
      if (one.x + one.w <= end + 1e-6) continue;
      share += one.w;
      end = one.x + one.w;
    }
    found.textContent = text === "" ? "" : (share / width * 100).toFixed(1) + " % in functions found";
  };

  for (const one of frames) one.node.addEventListener("click", () => zoom(one));
  const input = scope.querySelector("input");
  input.addEventListener("input", () => search(input.value));
  const asked = new URLSearchParams(location.search).get("search");
  if (asked) { input.value = asked; search(asked); }
}));
