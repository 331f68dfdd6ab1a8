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

  function map(series, upto, point) {
    var n = Math.max(1, Math.min(series.n, Math.floor(upto + 0.5) + 1));
    var xs = new Float64Array(n), ys = new Float64Array(n), out = [0, 0];
    for (var i = 0; i < n; i++) {
      point(series.columns, i, out);
      xs[i] = out[0];
      ys[i] = out[1];
    }
    return [xs, ys];
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
    return text.replace(/\{(\w+)\}/g, function (_, name) {
      return typeof values[name] === "string" ? values[name] : number(values[name]);
    });
  }

  var runtime = { grid: grid, loop: loop, map: map, settled: settled, at: at, fill: fill };

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

  function write(point) { return point[0].toFixed(2) + " " + point[1].toFixed(2); }

  function pathData(points) {
    var d = "", pen = "";
    for (var i = 1; i < points.length; i++) {
      if (!finite(points[i - 1]) || !finite(points[i])) continue;
      var part = cut(points[i - 1], points[i]);
      if (!part) continue;
      var from = write(part[0]), to = write(part[1]);
      d += (from === pen ? "" : "M" + from) + "L" + to;
      pen = to;
    }
    return d;
  }

  function Artist(group) {
    this.path = Array.prototype.find.call(group.children, function (child) { return child.localName === "path"; });
    var use = group.querySelector("use");
    this.marker = use && use.cloneNode(false);
    this.markers = use && use.parentNode;
    this.uses = use ? Array.prototype.slice.call(this.markers.querySelectorAll("use")) : [];
  }

  Artist.prototype.move = function (points) {
    if (this.path) this.path.setAttribute("d", pathData(points));
    if (!this.markers) return;
    var kept = points.filter(function (point) { return finite(point) && inside(point); });
    while (this.uses.length > kept.length) this.markers.removeChild(this.uses.pop());
    while (this.uses.length < kept.length) {
      this.uses.push(this.markers.appendChild(this.marker.cloneNode(false)));
    }
    for (var i = 0; i < kept.length; i++) {
      this.uses[i].setAttribute("x", kept[i][0].toFixed(2));
      this.uses[i].setAttribute("y", kept[i][1].toFixed(2));
    }
  };

  /* Ties a described figure to the element that holds its panels. Returns a function of the slider values. */
  function mount(element, figure) {
    var svgs = element.querySelectorAll(".mlp-panel svg"), artists = [], panels = [];
    figure.panels.forEach(function (panel, index) {
      for (var k = 0; k < panel.count; k++) {
        artists.push(new Artist(svgs[index].querySelector('[id$="-a' + (panel.first + k) + '"]')));
        panels.push(panel);
      }
    });
    var sentence = element.querySelector(".mlp-sentence");
    return function show(values) {
      var drawn = figure.compute(values, runtime);
      drawn.points.forEach(function (point, k) { artists[k].move(pixels(panels[k], point[0], point[1])); });
      if (sentence.textContent !== drawn.text) sentence.textContent = drawn.text;
      element.mlpShown = { values: values, points: drawn.points, text: drawn.text };
      return drawn;
    };
  }

  /* ---- on a page --------------------------------------------------------------------------------------------- */

  function shown(slider, value) {
    return value.toFixed(slider.decimals).replace("-", "−") + (slider.unit ? " " + slider.unit : "");
  }

  function onPage(figure) {
    var element = document.getElementById(figure.name);
    var show = mount(element, figure), announcement = element.querySelector(".mlp-announce"), waiting, quiet;
    var inputs = figure.sliders.map(function (_, k) { return document.getElementById(figure.name + "-p" + k); });

    function redraw() {
      waiting = 0;
      var drawn = show(inputs.map(function (input) { return Number(input.value); }));
      clearTimeout(quiet);
      quiet = setTimeout(function () { announcement.textContent = drawn.text; }, 600);
    }

    function label(k) {
      var text = shown(figure.sliders[k], Number(inputs[k].value));
      inputs[k].setAttribute("aria-valuetext", text);
      document.getElementById(figure.name + "-p" + k + "-value").textContent = text;
    }

    inputs.forEach(function (input, k) {
      input.addEventListener("input", function () {
        label(k);
        waiting = waiting || requestAnimationFrame(redraw);
      });
    });
    element.querySelector(".mlp-reset").addEventListener("click", function () {
      inputs.forEach(function (input, k) { input.value = figure.sliders[k].value; label(k); });
      redraw();
    });
    show(inputs.map(function (input) { return Number(input.value); }));
    inputs.forEach(function (_, k) { label(k); });
  }

  /* The value that a slider can reach closest to `value`: a kernel's sliders come with rounding errors. */
  function nearest(slider, value) {
    var inside = Math.min(Math.max(value, slider.low), slider.high);
    return Number((slider.low + Math.round((inside - slider.low) / slider.step) * slider.step).toFixed(slider.decimals));
  }

  /* ---- in Jupyter -------------------------------------------------------------------------------------------- */

  function widget(figure) {
    return {
      render: function (view) {
        view.el.innerHTML = view.model.get("markup");
        var show = mount(view.el.querySelector("figure"), figure), waiting;
        function redraw() {
          waiting = 0;
          show(figure.sliders.map(function (slider, k) { return nearest(slider, view.model.get("p" + k)); }));
        }
        function changed() { waiting = waiting || requestAnimationFrame(redraw); }
        figure.sliders.forEach(function (_, k) { view.model.on("change:p" + k, changed); });
        redraw();
        return function () {
          figure.sliders.forEach(function (_, k) { view.model.off("change:p" + k, changed); });
        };
      },
    };
  }

  return { onPage: onPage, widget: widget, runtime: runtime, number: number, pathData: pathData, nearest: nearest,
    pixels: pixels, Artist: Artist };
})();

if (typeof document !== "undefined" && typeof window !== "undefined" && window.mlpLiveQueue) {
  window.mlpLiveQueue.splice(0).forEach(mlpLive.onPage);
}
