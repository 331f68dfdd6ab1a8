/* What live figures draw besides lines and dots: arrows, bars, edges, numbers, heat maps, level lines, regions.
   A page that has any loads this before live.js, which calls it with its own tools. */
function mlpShapes(live) {
  "use strict";

  var pixels = live.pixels, finite = live.finite, inside = live.inside, write = live.write, fill = live.runtime.fill;
  var FAR = live.far;

  /* ---- outlines: twins of `outline` in mlp_core/live/shapes.py and fields.py ------------------------------------- */

  function ends(panel, arrays) { return [pixels(panel, arrays[0], arrays[1]), pixels(panel, arrays[2], arrays[3])]; }

  function arrowOutline(tail, tip, width) {
    var length = Math.hypot(tip[0] - tail[0], tip[1] - tail[1]), spot = function () { return tail; };
    if (length < 1e-9) return [1, 2, 3, 4, 5, 6, 7].map(spot);
    var ux = (tip[0] - tail[0]) / length, uy = (tip[1] - tail[1]) / length;
    length = Math.min(length, FAR);
    var head = Math.min(9, 0.6 * length), half = width / 2 * head / 9, barb = 4 * head / 9;
    return [[0, half], [length - head, half], [length - head, barb], [length, 0], [length - head, -barb],
      [length - head, -half], [0, -half]].map(function (at) {
      return [tail[0] + at[0] * ux - at[1] * uy, tail[1] + at[0] * uy + at[1] * ux];
    });
  }

  /* Calls visit(corners) for each cell with a corner above 0; corners are [x, y, value] against the clock. */
  function cells(xs, ys, values, level, across, visit) {
    for (var k = 0; k + across + 1 < values.length; k++) {
      if ((k + 1) % across === 0) continue;
      var a = values[k] - level, b = values[k + 1] - level, c = values[k + across + 1] - level, d = values[k + across] - level;
      if (!(a > 0 || b > 0 || c > 0 || d > 0) || !Number.isFinite(a + b + c + d)) continue;
      visit([[xs[k], ys[k], a], [xs[k + 1], ys[k + 1], b], [xs[k + across + 1], ys[k + across + 1], c],
        [xs[k + across], ys[k + across], d]]);
    }
  }

  /* The part of a cell above 0 in pieces of [x, y, whether the level is crossed there]. */
  function around(cell) {
    var piece = [], crossings = 0;
    cell.forEach(function (a, k) {
      var b = cell[(k + 1) % 4];
      if (a[2] > 0) piece.push([a[0], a[1], false]);
      if (a[2] > 0 !== b[2] > 0) {
        var share = a[2] / (a[2] - b[2]);
        piece.push([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), true]);
        crossings++;
      }
    });
    if (crossings < 4 || cell[0][2] + cell[1][2] + cell[2][2] + cell[3][2] > 0) return [piece];
    while (!(piece[5][2] && piece[0][2])) piece.push(piece.shift());
    return [piece.slice(0, 3), piece.slice(3)];
  }

  function full(cell) { return cell.every(function (corner) { return corner[2] > 0; }); }

  function segments(xs, ys, values, level, across) {
    var found = [];
    cells(xs, ys, values, level, across, function (cell) {
      if (full(cell)) return;
      around(cell).forEach(function (piece) {
        piece.forEach(function (a, k) {
          var b = piece[(k + 1) % piece.length];
          if (a[2] && b[2]) found.push([a, b]);
        });
      });
    });
    return found;
  }

  function areas(xs, ys, values, level, across) {
    var found = [], run = null;
    cells(xs, ys, values, level, across, function (cell) {
      if (!full(cell)) found.push.apply(found, around(cell));
      else if (run && run[1][0] === cell[0][0] && run[1][1] === cell[0][1]) { run[1] = cell[1]; run[2] = cell[2]; }
      else found.push(run = cell);
    });
    return found;
  }

  function placed(panel, piece) {
    return pixels(panel, piece.map(function (p) { return p[0]; }), piece.map(function (p) { return p[1]; }));
  }

  var OUTLINES = {
    arrow: function (panel, arrays, how) {
      var both = ends(panel, arrays);
      return both[0].map(function (tail, i) {
        return finite(tail) && finite(both[1][i]) ? arrowOutline(tail, both[1][i], how.width) : [];
      });
    },
    bars: function (panel, arrays, how) {
      var foot = panel.log ? panel.y[0] : how.base, xs = Array.from(arrays[0]);
      var low = pixels(panel, xs.map(function (x) { return x - how.half; }), xs.map(function () { return foot; }));
      var high = pixels(panel, xs.map(function (x) { return x + how.half; }), arrays[1]);
      return low.map(function (a, i) {
        var b = [high[i][0], Math.max(-FAR, Math.min(FAR, high[i][1]))];
        return finite(a) && finite(high[i]) ? [a, [a[0], b[1]], b, [b[0], a[1]]] : [];
      });
    },
    contour: function (panel, arrays, how) {
      return Array.prototype.concat.apply([], how.levels.map(function (level) {
        return segments(arrays[0], arrays[1], arrays[2], level, how.across);
      })).map(function (piece) { return placed(panel, piece); });
    },
    region: function (panel, arrays, how) {
      return areas(arrays[0], arrays[1], arrays[2], how.level, how.across)
        .map(function (piece) { return placed(panel, piece); });
    },
  };

  function outlineData(pieces, closed) {
    var d = "";
    pieces.forEach(function (piece) { if (piece.length) d += "M" + piece.map(write).join("L") + (closed ? "Z" : ""); });
    return d;
  }

  function shape(group, panel, how) {
    var path = group.querySelector("path"), outline = OUTLINES[how.kind], closed = how.kind !== "contour";
    return function (arrays) { path.setAttribute("d", outlineData(outline(panel, arrays, how), closed)); };
  }

  /* A canvas behind the panel's SVG, over the box of its axes. */
  function canvasBehind(svg, panel) {
    var canvas = document.createElement("canvas"), box = svg.viewBox.baseVal;
    canvas.width = Math.round((panel.right - panel.left) * 1.5);
    canvas.height = Math.round((panel.bottom - panel.top) * 1.5);
    canvas.style.left = 100 * panel.left / box.width + "%";
    canvas.style.top = 100 * panel.top / box.height + "%";
    canvas.style.width = 100 * (panel.right - panel.left) / box.width + "%";
    canvas.style.height = 100 * (panel.bottom - panel.top) / box.height + "%";
    canvas.setAttribute("aria-hidden", "true");
    svg.parentNode.insertBefore(canvas, svg);
    return canvas.getContext("2d");
  }

  function heat(group, panel, how, svg) {
    var context = canvasBehind(svg, panel), tiles = document.createElement("canvas").getContext("2d"), image;
    group.style.display = "none"; // the picture that stands without JavaScript
    return function (arrays) {
      var style = getComputedStyle(svg), up = arrays[2].length / how.across, wide = context.canvas.width;
      var colours = how.colours.map(function (name) {
        return parseInt(style.getPropertyValue("--mlp-" + name).trim().slice(1), 16);
      });
      if (!image) {
        tiles.canvas.width = how.across;
        tiles.canvas.height = up;
        image = tiles.createImageData(how.across, up);
      }
      for (var k = 0; k < arrays[2].length; k++) {
        var share = Math.max(-1, Math.min(1, (arrays[2][k] - how.middle) / how.reach)), colour = colours[share < 0 ? 0 : 1];
        var at = 4 * ((up - 1 - Math.floor(k / how.across)) * how.across + k % how.across);
        image.data[at] = colour >> 16;
        image.data[at + 1] = colour >> 8 & 255;
        image.data[at + 2] = colour & 255;
        image.data[at + 3] = 255 * how.opaque * Math.abs(share || 0);
      }
      tiles.putImageData(image, 0, 0);
      var corners = pixels(panel, [arrays[0][0], arrays[0][how.across - 1]], [arrays[1][0], arrays[1][arrays[1].length - 1]]);
      var scale = wide / (panel.right - panel.left), tall = context.canvas.height;
      var dx = (corners[1][0] - corners[0][0]) / (how.across - 1), dy = (corners[0][1] - corners[1][1]) / (up - 1);
      context.clearRect(0, 0, wide, tall);
      context.drawImage(tiles.canvas, (corners[0][0] - dx / 2 - panel.left) * scale,
        (corners[1][1] - dy / 2 - panel.top) * scale, dx * how.across * scale, dy * up * scale);
    };
  }

  var kinds = {
    arrow: shape, bars: shape, contour: shape, region: shape, heat: heat,
    edge: function (group, panel, how) {
      var style = group.querySelector("path").style;
      return function (arrays) {
        var value = arrays[0][0], width = 0.8 + 4.2 * Math.min(Math.abs(value) / how.largest, 1);
        style.stroke = value < 0 ? "var(--mlp-extra)" : "var(--mlp-muted)";
        style.strokeWidth = width.toFixed(2);
        style.strokeDasharray = value < 0 ? "4,3" : "none";
      };
    },
    text: function (group, panel, how) {
      var text = group.querySelector("text");
      text.removeAttribute("transform");
      return function (arrays) {
        var at = pixels(panel, arrays[0], arrays[1])[0], values = Object.create(null);
        how.names.forEach(function (name, k) { values[name] = arrays[k + 2][0]; });
        text.style.display = finite(at) && inside(at) ? "" : "none";
        if (!finite(at)) return;
        text.setAttribute("x", at[0].toFixed(2));
        text.setAttribute("y", (at[1] + how.down).toFixed(2));
        text.textContent = fill(how.text, values);
      };
    },
  };

  Object.assign(live.kinds, kinds);
  live.segments = segments;
  live.areas = areas;
  live.outlines = OUTLINES;
}
