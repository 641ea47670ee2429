"use strict";
// Makes the page's switch, buttons and series work. Without it everything can still be read.
(() => {
  const root = document.documentElement;
  root.classList.remove("no-script");

  // Colours: the reader's setting, unless chosen here. Storage may be forbidden, as for some files.
  const stored = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("theme");
      localStorage.setItem("theme", value);
    } catch { /* nothing is remembered then */ }
    return null;
  };
  const colour = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  colour(stored());

  const count = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 0 });
  const rate = (value) =>
    value >= 999.95 ? count(value) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);

  // Series ------------------------------------------------------------------------------------------

  const MOST = 600; // dots in a drawing, as in the drawing that the page came with
  const FEW = 100; // dots that are drawn larger, in a band with an outline; as in that drawing, too
  const LEAST = 8; // runs that remain when one zooms in as far as it goes
  const zooms = new Map(); // what is zoomed into, so that it stays when a live page is renewed

  const shape = (name, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const ticks = (low, high, most) => {
    const rough = (high - low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999999);
    const digits = Math.max(0, -Math.floor(Math.log10(step)));
    const found = [];
    for (let at = Math.ceil(low / step); at <= high / step; at++)
      found.push([at * step, digits ? (at * step).toFixed(digits) : count(at * step)]);
    return found;
  };

  class Series {
    constructor(figure) {
      const data = JSON.parse(document.getElementById(figure.dataset.source).textContent);
      this.all = data;
      this.own = data.series[figure.dataset.index];
      this.name = [this.own.benchmark, this.own.machine, this.own.of].join("\n");
      this.figure = figure;
      this.canvas = figure.querySelector(".canvas");
      this.reading = figure.querySelector(".reading");
      this.plots = [...figure.querySelectorAll(".plot")].map((plot) => ({
        plot,
        whole: [...plot.childNodes],
        box: Object.fromEntries(["left", "right", "top", "bottom"].map((side) => [side, Number(plot.dataset[side])])),
      }));
      this.last = this.own.mean_mibps.length - 1;
      this.view = zooms.get(this.name) ?? [0, this.last];
      if (this.view[1] > this.last) this.view = [0, this.last];
      this.cursor = null;
      this.listen();
      this.show();
    }

    listen() {
      for (const button of this.figure.querySelectorAll("[data-zoom]"))
        button.addEventListener("click", () => this.zoom(button.dataset.zoom));
      this.canvas.addEventListener("keydown", (event) => this.key(event));
      this.canvas.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        this.from = this.index(event);
        this.canvas.setPointerCapture(event.pointerId);
      });
      this.canvas.addEventListener("pointermove", (event) => {
        this.cursor = this.index(event);
        this.point();
      });
      this.canvas.addEventListener("pointerup", (event) => {
        const [from, to] = [this.from, this.index(event)].sort((a, b) => a - b);
        this.from = undefined;
        if (from !== undefined && to - from >= 2) this.go(from, to);
        else this.point();
      });
      this.canvas.addEventListener("dblclick", () => this.zoom("all"));
    }

    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const zoom = { "+": "in", "=": "in", "-": "out", "−": "out", 0: "all", PageUp: "earlier", PageDown: "later" }[event.key];
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (zoom) this.zoom(zoom);
      else if (step) {
        const at = this.cursor ?? (step > 0 ? this.view[0] - 1 : this.view[1] + 1);
        this.cursor = Math.min(this.last, Math.max(0, at + step));
        const [from, to] = this.view;
        if (this.cursor < from || this.cursor > to) this.go(from + step, to + step);
        this.point();
      } else return;
      event.preventDefault();
    }

    // Which run lies under the pointer.
    index(event) {
      const plot = this.visible();
      const frame = plot.plot.ownerSVGElement.getBoundingClientRect();
      const scale = plot.plot.ownerSVGElement.viewBox.baseVal.width / frame.width;
      const { left, right } = plot.box;
      const share = ((event.clientX - frame.left) * scale - left) / (right - left);
      const [from, to] = this.view;
      return Math.round(from + Math.min(1, Math.max(0, share)) * (to - from));
    }

    visible() {
      return this.plots.find((one) => one.plot.ownerSVGElement.getBoundingClientRect().width > 0) ?? this.plots[0];
    }

    zoom(how) {
      const [from, to] = this.view;
      const span = to - from;
      const middle = how === "in" && this.cursor !== null ? this.cursor : (from + to) / 2;
      if (how === "all") this.go(0, this.last);
      else if (how === "in") this.go(middle - span / 4, middle + span / 4);
      else if (how === "out") this.go(middle - span, middle + span);
      else this.go(...(how === "earlier" ? [from - span / 2, to - span / 2] : [from + span / 2, to + span / 2]));
    }

    // Shows the runs from one to another, as near to that as there are runs.
    go(from, to) {
      const span = Math.min(this.last, Math.max(LEAST - 1, Math.round(to - from)));
      const start = Math.min(this.last - span, Math.max(0, Math.round((from + to - span) / 2)));
      this.view = [start, start + span];
      zooms.set(this.name, this.view);
      this.show();
    }

    show() {
      const [from, to] = this.view;
      const whole = from === 0 && to === this.last;
      for (const one of this.plots) one.plot.replaceChildren(...(whole ? one.whole : this.drawn(one)));
      const off = { in: to - from <= LEAST - 1, out: whole, all: whole, earlier: from === 0, later: to === this.last };
      for (const button of this.figure.querySelectorAll("[data-zoom]"))
        button.setAttribute("aria-disabled", String(off[button.dataset.zoom]));
      this.point();
    }

    // How far from the left end of the axis a run lies; the only one lies in the middle.
    share(at) {
      const [from, to] = this.view;
      return to > from ? (at - from) / (to - from) : 0.5;
    }

    // The vertical axis: what is in view, with room around it.
    heights([from, to]) {
      const { low_mibps: lows, high_mibps: highs, floor_mibps: floor } = this.own;
      let low = Infinity, high = -Infinity, least = Infinity;
      for (let at = from; at <= to; at++) {
        low = Math.min(low, lows[at]);
        high = Math.max(high, highs[at]);
        least = Math.min(least, this.own.mean_mibps[at]);
      }
      if (floor !== null && floor > least * 0.5) {
        low = Math.min(low, floor);
        high = Math.max(high, floor);
      }
      const room = (high - low) * 0.06 || Math.abs(high) * 0.01 || 1;
      return [low - room, high + room];
    }

    drawn({ box: { left, right, top, bottom } }) {
      const [from, to] = this.view;
      const [low, high] = this.heights(this.view);
      const x = (at) => (left + this.share(at) * (right - left)).toFixed(1);
      const y = (value) => (bottom - ((value - low) / (high - low)) * (bottom - top)).toFixed(1);
      const drawn = [];
      const text = (attributes, content) => drawn.push(shape("text", attributes, content));
      for (const [value, content] of ticks(low, high, 5)) {
        drawn.push(shape("path", { d: `M${left} ${y(value)}H${right}`, class: "s-grid", "stroke-width": 1 }));
        text({ x: left - 8, y: Number(y(value)) + 4.5, class: "f-muted", "text-anchor": "end" }, content);
      }
      const days = right - left > 500 ? 7 : 3;
      let before = "";
      for (let step = 0; step < days; step++) {
        const at = Math.floor(from + ((to - from) * step) / (days - 1));
        const day = this.when(at).slice(0, 10);
        const anchor = step === 0 ? "start" : step === days - 1 ? "end" : "middle";
        if (day !== before) text({ x: x(at), y: bottom + 20, class: "f-muted", "text-anchor": anchor }, day);
        before = day;
      }
      const seen = this.thinned();
      const { mean_mibps: means, low_mibps: lows, high_mibps: highs, floor_mibps: floor } = this.own;
      const band = [...seen.map((at) => [at, highs[at]]), ...seen.toReversed().map((at) => [at, lows[at]])];
      const around = band.map(([at, value], step) => `${step ? "L" : "M"}${x(at)} ${y(value)}`).join("");
      drawn.push(shape("path", { d: around, class: "f-band" }));
      if (seen.length <= FEW) drawn.push(shape("path", { d: around, class: "s-band", "stroke-width": 2 }));
      if (floor !== null && floor > low && floor < high) {
        drawn.push(shape("path", { d: `M${left} ${y(floor)}H${right}`, class: "s-bad", "stroke-width": 1.5, "stroke-dasharray": "5 4" }));
        text({ x: left + 4, y: Number(y(floor)) - 5, class: "f-bad" }, "floor");
      }
      let [beside, row] = [-Infinity, 15];
      for (const change of this.own.changes.filter((one) => one.at > from && one.at <= to)) {
        const role = change.acknowledged !== null ? "muted" : change.ratio < 1 ? "bad" : "good";
        const place = x(change.at - 0.5);
        const end = Number(place) > (left + right) / 2;
        // As in the drawing that the page came with: texts that are close lie on two rows.
        row = place - beside < 110 && row === 0 ? 15 : 0;
        beside = place;
        const dashes = change.acknowledged !== null ? { "stroke-dasharray": "5 4" } : {};
        drawn.push(shape("path", { d: `M${place} ${top - 6 - row}V${bottom}`, class: `s-${role}`, "stroke-width": 2, ...dashes }));
        text({ x: Number(place) + (end ? -4 : 4), y: top - 10 - row, class: `f-${role}`, "font-weight": 700, "text-anchor": end ? "end" : "start" },
          percent(change.ratio));
      }
      drawn.push(shape("path", { d: seen.map((at) => `M${x(at)} ${y(means[at])}h0`).join(""), class: "s-accent",
        "stroke-width": seen.length > FEW ? 4 : 6, "stroke-linecap": "round", opacity: seen.length > FEW ? 0.5 : 0.9 }));
      drawn.push(shape("path", { d: `M${left} ${bottom}H${right}`, class: "s-muted", "stroke-width": 1 }));
      return drawn;
    }

    // Every run in view, or the least and the greatest of each stretch.
    thinned() {
      const [from, to] = this.view;
      const means = this.own.mean_mibps;
      const each = Math.ceil((to - from + 1) / (MOST / 2));
      const seen = [];
      if (to - from < MOST) for (let at = from; at <= to; at++) seen.push(at);
      else
        for (let start = from; start <= to; start += each) {
          let [least, most] = [start, start];
          for (let at = start; at < Math.min(start + each, to + 1); at++) {
            if (means[at] < means[least]) least = at;
            if (means[at] > means[most]) most = at;
          }
          seen.push(...new Set([least, most].sort((a, b) => a - b)));
        }
      return seen;
    }

    when(at) {
      return this.all.runs.timestamp[this.own.run[at]];
    }

    // Marks the run that is read, or the stretch that is dragged over, and says what it is.
    point() {
      for (const old of this.figure.querySelectorAll(".cursor")) old.remove();
      if (this.cursor === null) return;
      const [from, to] = this.view;
      const at = Math.min(to, Math.max(from, this.cursor));
      for (const { plot, box: { left, right, top, bottom } } of this.plots) {
        const x = (run) => left + this.share(run) * (right - left);
        if (this.from !== undefined) {
          const [start, end] = [x(this.from), x(at)].sort((a, b) => a - b);
          plot.append(shape("rect", { x: start, y: top, width: end - start, height: bottom - top, class: "cursor f-selection" }));
        }
        plot.append(shape("path", { d: `M${x(at).toFixed(1)} ${top}V${bottom}`, class: "cursor s-ink", "stroke-width": 1 }));
      }
      const run = this.own.run[at];
      const commit = this.all.runs.commit[run];
      const name = commit === null ? "unknown" : this.all.commits[commit];
      this.reading.textContent =
        `${this.when(at).slice(0, 16).replace("T", " ")} UTC: ${rate(this.own.mean_mibps[at])} MiB/s ` +
        `(${rate(this.own.low_mibps[at])} to ${rate(this.own.high_mibps[at])}), commit ${name.slice(0, 10)}, ` +
        `receipt ${this.all.runs.seal[run]}, run ${count(at + 1)} of ${count(this.last + 1)}` +
        (this.own.doubts[at] ? ` (${this.own.doubts[at]})` : "");
    }
  }

  const percent = (ratio) => {
    if (ratio >= 3) return `${rate(ratio)} times`;
    const text = Math.abs((ratio - 1) * 100).toFixed(1);
    return `${text === "0.0" ? "" : ratio < 1 ? "−" : "+"}${text}\u00a0%`;
  };

  // Buttons -----------------------------------------------------------------------------------------

  const save = (button) => {
    const data = document.getElementById(button.dataset.save).textContent;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([data, "\n"], { type: "application/json" }));
    link.download = button.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const copy = async (button) => {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      // Not allowed here: selected, it can be copied by hand.
      getSelection().selectAllChildren(code);
    }
  };

  const bind = (main) => {
    for (const button of main.querySelectorAll("[data-save]")) button.addEventListener("click", () => save(button));
    for (const button of main.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(button));
    for (const figure of main.querySelectorAll("figure.series")) new Series(figure);
  };

  // A live page asks its server whether there is something new and takes it over. ---------------------

  const follow = (main) => {
    let known = null;
    const ask = async () => {
      try {
        const version = await (await fetch("version", { cache: "no-store" })).text();
        if (known !== null && version !== known) {
          const text = await (await fetch(location.pathname, { cache: "no-store" })).text();
          const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("main");
          main.replaceChildren(...fresh.childNodes);
          bind(main);
        }
        known = version;
      } catch { /* the server is away; it may come back */ }
      setTimeout(ask, document.hidden ? 10000 : 2000);
    };
    ask();
  };

  document.addEventListener("DOMContentLoaded", () => {
    const theme = stored() ?? "auto";
    for (const input of document.querySelectorAll("input[name=theme]")) {
      input.checked = input.value === theme;
      input.addEventListener("change", () => {
        colour(input.value);
        stored(input.value);
      });
    }
    const main = document.getElementById("main");
    bind(main);
    if ("live" in main.dataset) follow(main);
  });
})();
