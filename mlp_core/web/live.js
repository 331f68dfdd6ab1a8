/* Brings live figures to life: computes with the code printed from SymPy, moves the tagged paths of matplotlib's SVG.
   One file serves as a classic script on a page and as the head of a module in Jupyter. No dependencies. */
var mlpLive = (function () {
  "use strict";

  /* ---- operations: each has a twin in mlp_core/live/program.py (described in definitions.py) ---------------------------------------------- */

  function grid(low, high, points) {
    var column = new Float64Array(points);
    for (var i = 0; i < points; i++) column[i] = low + (high - low) * (i / (points - 1));
    return { n: points, columns: [column] };
  }

  function loop(start, steps, limits, step) {
    var width = start.length, columns = [], k, j;
    for (j = 0; j <= width; j++) columns.push(new Float64Array(steps + 1));
    var before = Float64Array.from(start), after = new Float64Array(width), n = 0;
    for (k = 0; k <= steps; k++) {
      if (k > 0) {
        step(before, k, after);
        if (!after.every(function (v, part) { return Math.abs(v) <= limits[part]; })) break;
        before.set(after);
      }
      for (j = 0; j < width; j++) columns[j][k] = before[j];
      columns[width][k] = k;
      n = k + 1;
    }
    return { n: n, columns: columns, diverged: n <= steps ? 1 : 0 };
  }

  /* The points of a rectangle, row by row from below. */
  function field(ends, points) {
    var across = grid(ends[0][0], ends[0][1], points[0]).columns[0];
    var up = grid(ends[1][0], ends[1][1], points[1]).columns[0], n = points[0] * points[1];
    var xs = new Float64Array(n), ys = new Float64Array(n);
    for (var i = 0; i < n; i++) {
      xs[i] = across[i % points[0]];
      ys[i] = up[Math.floor(i / points[0])];
    }
    return { n: n, columns: [xs, ys] };
  }

  function table(columns) { return { n: columns[0].length, columns: columns }; }

  function total(series, point) {
    var out = [0], sum = 0;
    for (var i = 0; i < series.n; i++) {
      point(series.columns, i, out);
      sum += out[0];
    }
    return sum;
  }

  /* `width` arrays, filled by calling point(columns, i, out). */
  function map(series, upto, width, point) {
    var n = Math.max(1, Math.min(series.n, Math.floor(upto + 0.5) + 1)), out = new Float64Array(width), arrays = [];
    for (var j = 0; j < width; j++) arrays.push(new Float64Array(n));
    for (var i = 0; i < n; i++) {
      point(series.columns, i, out);
      for (j = 0; j < width; j++) arrays[j][i] = out[j];
    }
    return arrays;
  }

  function settled(series, point) {
    var out = [0], since = series.n;
    while (since > 0) {
      point(series.columns, since - 1, out);
      if (!out[0]) break;
      since--;
    }
    return since < series.n ? since : -1;
  }

  function at(series, step, point) {
    var out = [0];
    point(series.columns, Math.min(Math.max(Math.floor(step + 0.5), 0), series.n - 1), out);
    return out[0];
  }

  /* ---- numbers and sentences: twins in mlp_core/live/words.py ----------------------------------------------- */

  var SUPERSCRIPTS = { "-": "⁻", "+": "", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴",
    5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

  function number(value) {
    if (!Number.isFinite(value)) return "no number";
    var size = Math.abs(value), sign = value < 0 ? "−" : "";
    if (Number.isInteger(size) && size < 1e5) return sign + size;
    if (size >= 1e5 || size < 1e-3) {
      var parts = size.toExponential(1).split("e");
      return sign + parts[0] + " × 10" + parts[1].replace(/./g, function (c) { return SUPERSCRIPTS[c]; });
    }
    var decimals = [100, 10, 1, 0.1, 0.01].filter(function (bound) { return size < bound; }).length;
    var text = size.toFixed(decimals);
    return sign + (decimals ? text.replace(/\.?0+$/, "") : text);
  }

  function fill(text, values) {
    return text.replace(/\{([\p{L}\p{N}_]+)\}/gu, function (_, name) {
      return typeof values[name] === "string" ? values[name] : number(values[name]);
    });
  }

  var runtime = { grid: grid, field: field, table: table, total: total, loop: loop, map: map, settled: settled, at: at,
    fill: fill };

  /* ---- drawing ----------------------------------------------------------------------------------------------- */

  var FAR = 5000; // SVG units beyond which a line is cut, so that renderers never see huge numbers

  function pixels(panel, xs, ys) {
    var sx = (panel.right - panel.left) / (panel.x[1] - panel.x[0]);
    var low = panel.log ? Math.log10(panel.y[0]) : panel.y[0];
    var high = panel.log ? Math.log10(panel.y[1]) : panel.y[1];
    var sy = (panel.bottom - panel.top) / (high - low), points = [];
    for (var i = 0; i < xs.length; i++) {
      var y = panel.log ? (ys[i] > 0 ? Math.log10(ys[i]) : NaN) : ys[i];
      points.push([panel.left + (xs[i] - panel.x[0]) * sx, panel.bottom - (y - low) * sy]);
    }
    return points;
  }

  function finite(point) { return Number.isFinite(point[0]) && Number.isFinite(point[1]); }

  function inside(point) { return Math.abs(point[0]) <= FAR && Math.abs(point[1]) <= FAR; }

  /* The part of the segment from a to b that lies within FAR of the origin (Liang and Barsky 1984), or null. */
  function cut(a, b) {
    var enter = 0, leave = 1;
    for (var k = 0; k < 2; k++) {
      var d = b[k] - a[k];
      if (d === 0) { if (Math.abs(a[k]) > FAR) return null; continue; }
      var t0 = (-FAR - a[k]) / d, t1 = (FAR - a[k]) / d;
      enter = Math.max(enter, Math.min(t0, t1));
      leave = Math.min(leave, Math.max(t0, t1));
    }
    if (enter > leave) return null;
    return [enter, leave].map(function (t) { return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]; });
  }

  /* Two decimals are finer than any screen shows; `toFixed` would take three times as long. */
  function write(point) { return Math.round(point[0] * 100) / 100 + " " + Math.round(point[1] * 100) / 100; }

  function pathData(points) {
    var d = "", pen = "", known = points.map(finite);
    for (var i = 1; i < points.length; i++) {
      if (!known[i - 1] || !known[i]) continue;
      if (inside(points[i - 1]) && inside(points[i])) { // as nearly always
        if (pen !== points[i - 1]) d += "M" + write(points[i - 1]);
        pen = points[i];
        d += "L" + write(pen);
        continue;
      }
      var part = cut(points[i - 1], points[i]);
      if (!part) continue;
      d += "M" + write(part[0]) + "L" + write(part[1]);
      pen = null;
    }
    return d;
  }

  function draw(parent, name, attributes) {
    var made = document.createElementNS(parent.namespaceURI, name);
    Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    return parent.appendChild(made);
  }

  /* A number that no other figure of this page has. In a notebook each figure brings a copy of this file along. */
  function ticket() {
    var root = document.documentElement;
    return root.mlpTickets = (root.mlpTickets || 0) + 1;
  }

  /* Where a picture may be shown twice, what refers to a part of it must mean this copy's own: the other may be hidden. */
  function apart(element) {
    var mark = "mlp-view-" + ticket() + "-";
    element.querySelectorAll("svg [id]").forEach(function (part) { part.id = mark + part.id; });
    element.querySelectorAll("svg [href], svg [clip-path]").forEach(function (part) {
      ["href", "clip-path"].forEach(function (name) {
        var value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace("#", "#" + mark));
      });
    });
  }

  /* Matplotlib sets down a copy of the marker for each point. To move hundreds of them takes the browser longer than all
     the rest, so they become the markers of one path, at every corner but its first. */
  function Artist(group) {
    this.path = Array.prototype.find.call(group.children, function (child) { return child.localName === "path"; });
    var use = group.querySelector("use");
    if (!use) return;
    var holder = use.parentNode, id = "mlp-marker-" + ticket(), copy = use.cloneNode(false), points = [];
    holder.querySelectorAll("use").forEach(function (each) {
      points.push([+each.getAttribute("x"), +each.getAttribute("y")]);
      holder.removeChild(each);
    });
    copy.setAttribute("x", 0);
    copy.setAttribute("y", 0);
    draw(holder, "marker", { id: id, markerUnits: "userSpaceOnUse", overflow: "visible" }).appendChild(copy);
    var link = "url(#" + id + ")";
    this.markers = draw(holder, "path", { fill: "none", "marker-mid": link, "marker-end": link });
    this.mark(points);
  }

  Artist.prototype.mark = function (points) {
    var corners = points.map(write);
    this.markers.setAttribute("d", points.length ? "M" + corners[0] + "L" + corners.join("L") : "");
  };

  Artist.prototype.move = function (points) {
    if (this.path) this.path.setAttribute("d", pathData(points));
    if (this.markers) this.mark(points.filter(function (point) { return finite(point) && inside(point); }));
  };

  /* How each kind of artist is moved; the others are in live-shapes.js, for pages that have them. */
  var KINDS = {
    line: function (group, panel) {
      var artist = new Artist(group);
      return function (arrays) { artist.move(pixels(panel, arrays[0], arrays[1])); };
    },
  };

  /* Arrows towards whatever has left the axes: a dot, a bar, the tip of an arrow. */
  function beyond(panel, how, arrays) {
    var points = how.dots || how.kind === "bars" ? pixels(panel, arrays[0], arrays[1])
      : how.kind === "arrow" ? pixels(panel, arrays[2], arrays[3]) : [], signs = "";
    points.forEach(function (p) {
      signs += (p[0] < panel.left - 1 ? "←" : "") + (p[0] > panel.right + 1 ? "→" : "")
        + (p[1] < panel.top - 1 ? "↑" : "") + (p[1] > panel.bottom + 1 ? "↓" : "");
    });
    return signs;
  }

  function noteOn(svg) {
    var note = document.createElement("p");
    note.className = "mlp-off";
    note.setAttribute("aria-hidden", "true");
    svg.parentNode.appendChild(note);
    return note;
  }

  /* Ties a described figure to the element that holds its panels. Returns a function of the slider values, with
     `stop` to end what it started. */
  function mount(element, figure) {
    var svgs = element.querySelectorAll(".mlp-panel svg"), artists = [], last = null, themed = false;
    figure.panels.forEach(function (panel, index) {
      var note = noteOn(svgs[index]);
      panel.artists.forEach(function (how, k) {
        var name = [figure.name, index, "a" + (panel.first + k)].join("-");
        var group = svgs[index].querySelector('[id$="' + name + '"]');
        themed = themed || how.kind === "heat";
        artists.push({ panel: panel, how: how, note: note, move: KINDS[how.kind](group, panel, how, svgs[index]) });
      });
    });
    var sentence = element.querySelector(".mlp-sentence");
    function same(before, now) {
      return before && before.every(function (array, k) {
        return array.length === now[k].length && array.every(function (value, i) { return value === now[k][i]; });
      });
    }
    function show(values, anew) {
      var drawn = figure.compute(values, runtime), notes = new Map();
      drawn.points.forEach(function (arrays, k) {
        var artist = artists[k];
        if (anew === true || !same(artist.arrays, arrays)) artist.move(arrays);
        artist.arrays = arrays;
        notes.set(artist.note, (notes.get(artist.note) || "") + beyond(artist.panel, artist.how, arrays));
      });
      notes.forEach(function (signs, note) {
        var words = signs ? "beyond the axes " + Array.from(new Set(signs)).join(" ") : "";
        if (note.textContent !== words) note.textContent = words;
      });
      if (sentence.textContent !== drawn.text) sentence.textContent = drawn.text;
      element.mlpShown = { values: values, points: drawn.points, text: drawn.text };
      last = values;
      return drawn;
    }
    var themes = new MutationObserver(function () { if (last) show(last, true); });
    if (themed) {
      [document.documentElement, document.body].forEach(function (root) {
        themes.observe(root, { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light"] });
      });
    }
    show.stop = function () { themes.disconnect(); };
    return show;
  }

  /* ---- on a page --------------------------------------------------------------------------------------------- */

  function shown(slider, value) {
    return value.toFixed(slider.decimals).replace("-", "−") + (slider.unit ? " " + slider.unit : "");
  }

  /* Buttons that move slider k step by step; `move(k, value)` moves it, and says so to everybody. */
  function player(element, figure, inputs, move) {
    var timer = 0, playing = -1;

    function say(k, on) { element.querySelector('[data-play="' + k + '"]').textContent = on ? "❚❚ Pause" : "▶ Play"; }

    function stop() {
      clearTimeout(timer);
      if (playing >= 0) say(playing, false);
      playing = -1;
    }

    function next(k) {
      var slider = figure.sliders[k];
      move(k, Math.min(Number(inputs[k].value) + slider.step, slider.high));
      return Number(inputs[k].value) < slider.high;
    }

    element.querySelectorAll("[data-play]").forEach(function (button) {
      var k = Number(button.dataset.play), slider = figure.sliders[k];
      var pause = Math.max(40, Math.min(500, 5000 * slider.step / (slider.high - slider.low)));
      function tick() {
        if (next(k)) timer = setTimeout(tick, pause);
        else stop();
      }
      button.addEventListener("click", function () {
        var again = playing === k;
        stop();
        if (again) return;
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) { move(k, slider.high); return; }
        if (Number(inputs[k].value) >= slider.high) move(k, slider.low);
        playing = k;
        say(k, true);
        timer = setTimeout(tick, pause);
      });
    });
    element.querySelectorAll("[data-step]").forEach(function (button) {
      button.addEventListener("click", function () { stop(); next(Number(button.dataset.step)); });
    });
    return stop;
  }

  /* Brings a figure to life: at once when somebody touches it, or else when it comes near the window. */
  function onPage(figure) {
    var element = document.getElementById(figure.name), kinds = ["input", "focusin", "click"], near;
    function wake() {
      if (!kinds) return;
      kinds.forEach(function (kind) { element.removeEventListener(kind, wake, true); });
      kinds = null;
      near.disconnect();
      start(element, figure);
    }
    near = new IntersectionObserver(function (entries) {
      if (entries.some(function (entry) { return entry.isIntersecting; })) wake();
    }, { rootMargin: "800px" });
    kinds.forEach(function (kind) { element.addEventListener(kind, wake, true); });
    near.observe(element);
  }

  function start(element, figure) {
    var show = mount(element, figure), announcement = element.querySelector(".mlp-announce"), waiting, quiet;
    var inputs = figure.sliders.map(function (_, k) { return document.getElementById(figure.name + "-p" + k); });

    function state() {
      return figure.sliders.map(function (slider, k) {
        return slider.of ? all.typed.onPage(inputs[k], slider) : Number(inputs[k].value);
      });
    }

    function redraw() {
      waiting = 0;
      var drawn = show(state());
      clearTimeout(quiet);
      quiet = setTimeout(function () {
        announcement.textContent = all.typed && all.typed.troubles(element) || drawn.text;
      }, 600);
    }

    function label(k) {
      if (figure.sliders[k].options || figure.sliders[k].of) return;
      var text = shown(figure.sliders[k], Number(inputs[k].value));
      inputs[k].setAttribute("aria-valuetext", text);
      document.getElementById(figure.name + "-p" + k + "-value").textContent = text;
    }

    function move(k, value) {
      inputs[k].value = value;
      label(k);
      waiting = waiting || requestAnimationFrame(redraw);
    }

    var stop = player(element, figure, inputs, move);
    inputs.forEach(function (input, k) {
      input.addEventListener("input", function () { stop(); move(k, input.value); });
    });
    element.querySelector(".mlp-reset").addEventListener("click", function () {
      stop();
      inputs.forEach(function (input, k) { input.value = figure.sliders[k].value; label(k); });
      redraw();
    });
    if (all.typed) all.typed.start(element);
    show(state());
    inputs.forEach(function (_, k) { label(k); });
  }

  /* The value that a slider can reach closest to `value`: a kernel's sliders come with rounding errors. */
  function nearest(slider, value) {
    var inside = Math.min(Math.max(value, slider.low), slider.high);
    return 0 + Number((slider.low + Math.round((inside - slider.low) / slider.step) * slider.step).toFixed(slider.decimals));
  }

  /* ---- in Jupyter -------------------------------------------------------------------------------------------- */

  function widget(figure) {
    return {
      render: function (view) {
        view.el.innerHTML = view.model.get("markup");
        apart(view.el);
        var show = mount(view.el.querySelector("figure"), figure), waiting;
        function redraw() {
          waiting = 0;
          show(figure.sliders.map(function (slider, k) {
            var value = view.model.get("p" + k);
            return slider.of ? all.typed.text(view.el.querySelector("#" + figure.name + "-p" + k + "-said"), slider, value)
              : nearest(slider, value);
          }));
        }
        function changed() { waiting = waiting || requestAnimationFrame(redraw); }
        figure.sliders.forEach(function (_, k) { view.model.on("change:p" + k, changed); });
        redraw();
        return function () {
          show.stop();
          cancelAnimationFrame(waiting);
          figure.sliders.forEach(function (_, k) { view.model.off("change:p" + k, changed); });
        };
      },
    };
  }

  var all = { onPage: onPage, widget: widget, apart: apart, runtime: runtime, number: number, pathData: pathData, nearest: nearest,
    pixels: pixels, finite: finite, inside: inside, write: write, Artist: Artist, far: FAR, kinds: KINDS };
  if (typeof mlpShapes !== "undefined") mlpShapes(all);
  if (typeof mlpTyped !== "undefined") mlpTyped(all);
  return all;
})();

/* On a page each figure is followed by a script that queues it: from now on it comes to life as soon as it is read.
   A module, as in Jupyter, is no current script. */
if (typeof document !== "undefined" && document.currentScript) {
  window.mlpLiveQueue = window.mlpLiveQueue || [];
  window.mlpLiveQueue.splice(0).forEach(mlpLive.onPage);
  window.mlpLiveQueue.push = mlpLive.onPage;
}
