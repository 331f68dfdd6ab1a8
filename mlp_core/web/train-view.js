/* The figure "Watch the loss fall": draws what web/train.js trains, and ties it to controls and to the page's address.
   Needs live.js and train.js before it. */
(function (train) {
  "use strict";

  var SLICE = 5, PAUSE = 100, PLAY = 5000; // milliseconds: of training at a stretch, between repaints, for a whole run
  var FINE = 2; // canvas pixels to an SVG unit, for lines

  function clock() { return performance.now(); }

  /* Run `task` soon, after whatever the reader did meanwhile; timers would wait 4 ms each time. */
  function repeater(task) {
    var channel = new MessageChannel();
    channel.port1.onmessage = task;
    return function () { channel.port2.postMessage(0); };
  }

  /* ---- the run for a state --------------------------------------------------------------------------------------- */

  function unpack(part) {
    return { n: part.y.length, x: Float64Array.from(part.x, function (k) { return k / 1000; }),
      y: Float64Array.from(part.y, Number) };
  }

  /* A run for the chosen index of every choice. */
  function newRun(figure, chosen) {
    var value = {}, sizes = [2];
    figure.choices.forEach(function (choice, k) { value[choice.key] = choice.values[chosen[k]]; });
    for (var l = 0; l < value.layers; l++) sizes.push(value.units);
    var kernel = figure.activations[value.activation], points = figure.data[value.data];
    return new train.Run(figure.code, { sizes: sizes.concat(1), activation: kernel.code, he: kernel.he, lr: value.lr,
      beta: value.momentum, seed: value.seed, train: unpack(points.train), held: unpack(points.held) },
      figure.epochs, figure.limits);
  }

  /* n × n places over the plane, row by row from below; calls visit(first, count) after each chunk. */
  function overThePlane(run, theta, half, n, visit) {
    for (var first = 0; first < n * n; first += train.ROWS) {
      var count = Math.min(train.ROWS, n * n - first);
      for (var r = 0; r < count; r++) {
        run.A[0][r] = -half + 2 * half * ((first + r) % n / (n - 1));
        run.A[0][train.ROWS + r] = -half + 2 * half * (Math.floor((first + r) / n) / (n - 1));
      }
      run.forward(theta, count);
      visit(first, count);
    }
  }

  /* The line where the field is ½, as pairs of points: one or two pieces in each square that it crosses. */
  function border(field, n, half) {
    var step = 2 * half / (n - 1), pieces = [];
    for (var row = 0; row + 1 < n; row++) {
      for (var column = 0; column + 1 < n; column++) {
        var k = row * n + column, high = (field[k] > 0.5) + (field[k + 1] > 0.5) + (field[k + n + 1] > 0.5)
          + (field[k + n] > 0.5);
        if (high === 0 || high === 4) continue;
        var corner = [field[k] - 0.5, field[k + 1] - 0.5, field[k + n + 1] - 0.5, field[k + n] - 0.5];
        var above = corner.map(function (v) { return v > 0; });
        var x = -half + column * step, y = -half + row * step, share = function (a, b) { return a / (a - b) * step; };
        var cross = [
          above[0] !== above[1] && [x + share(corner[0], corner[1]), y],
          above[1] !== above[2] && [x + step, y + share(corner[1], corner[2])],
          above[3] !== above[2] && [x + share(corner[3], corner[2]), y + step],
          above[0] !== above[3] && [x, y + share(corner[0], corner[3])]];
        if (cross.every(Boolean)) { // a saddle: its middle says which corners belong together
          var middle = corner[0] + corner[1] + corner[2] + corner[3] > 0;
          pieces.push(middle === above[0] ? [cross[0], cross[1]] : [cross[0], cross[3]],
            middle === above[0] ? [cross[2], cross[3]] : [cross[1], cross[2]]);
        } else pieces.push(cross.filter(Boolean));
      }
    }
    return pieces;
  }

  /* ---- drawing --------------------------------------------------------------------------------------------------- */

  /* A canvas behind a panel's SVG, or `over` it, over the box of its axes and `margin` SVG units around; drawn on in
     these units, from the corner of the axes. */
  function canvasAt(panel, map, fine, margin, over) {
    var canvas = document.createElement("canvas"), svg = panel.querySelector("svg"), box = svg.viewBox.baseVal;
    var wide = map.right - map.left + 2 * margin, tall = map.bottom - map.top + 2 * margin, context;
    canvas.width = Math.round(wide * fine);
    canvas.height = Math.round(tall * fine);
    canvas.style.left = 100 * (map.left - margin) / box.width + "%";
    canvas.style.top = 100 * (map.top - margin) / box.height + "%";
    canvas.style.width = 100 * wide / box.width + "%";
    canvas.style.height = 100 * tall / box.height + "%";
    canvas.style.pointerEvents = "none";
    canvas.setAttribute("aria-hidden", "true");
    panel.insertBefore(canvas, over ? null : panel.firstChild);
    context = canvas.getContext("2d");
    context.setTransform(fine, 0, 0, fine, margin * fine, margin * fine);
    context.wipe = function () { context.clearRect(-margin, -margin, wide, tall); };
    return context;
  }

  function scratch(width, height) {
    var canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    return canvas.getContext("2d", { willReadFrequently: true });
  }

  /* The page's colours by name, as the theme has them now. */
  function coloursOf(element) {
    var style = getComputedStyle(element), found = {};
    ["forward", "gradient", "muted", "ink", "loss", "extra", "paper"].forEach(function (name) {
      found[name] = style.getPropertyValue("--mlp-" + name).trim();
    });
    return found;
  }

  function hex(colour) { return parseInt(colour.slice(1), 16); }

  function tint(data, at, share, blue, orange) {
    var colour = share < 0 ? blue : orange;
    data[4 * at] = colour >> 16;
    data[4 * at + 1] = colour >> 8 & 255;
    data[4 * at + 2] = colour & 255;
    data[4 * at + 3] = 153 * Math.min(Math.abs(share), 1);
  }

  var CURVES = ["train-all", "held-all", "train-now", "held-now", "train-dot", "held-dot"];

  function View(element, figure) {
    var panels = element.querySelectorAll(".mlp-panel"), view = this;
    this.element = element;
    this.figure = figure;
    this.plane = canvasAt(panels[0], figure.panels[0], 1.5, 0, false);
    this.fall = canvasAt(panels[1], figure.panels[1], FINE, 5, true);
    this.net = canvasAt(panels[2], figure.panels[2], FINE, 0, false);
    this.field = new Float64Array(figure.grid * figure.grid);
    this.pixels = scratch(figure.grid, figure.grid);
    this.tiles = scratch(figure.tile.points, 16 * figure.tile.points);
    this.artists = {};
    Object.keys(figure.artists).forEach(function (name) {
      var panel = panels[figure.artists[name]];
      view.artists[name] = new mlpLive.Artist(panel.querySelector('[id$="-' + name + '"]'));
    });
    ["border"].concat(CURVES).forEach(function (name) { // drawn on canvases from now on
      element.querySelector('[id$="-' + name + '"]').style.display = "none";
    });
    this.image = this.pixels.createImageData(figure.grid, figure.grid);
    this.tileImage = this.tiles.createImageData(figure.tile.points, 16 * figure.tile.points);
    this.sentence = element.querySelector(".mlp-sentence");
    this.after = function () {}; // called after each repaint
    this.pump = repeater(function () { view.train(); });
    this.drawnAt = this.waiting = this.begin = 0;
    this.fresh = true; // nothing has been drawn since the last frame
    element.classList.add("mlp-on");
    this.themes = new MutationObserver(function () {
      view.colours = null;
      view.request();
    });
    [document.documentElement, document.body].forEach(function (e) {
      view.themes.observe(e, { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light"] });
    });
  }

  /* End everything that goes on by itself: the picture has left the page. */
  View.prototype.stop = function () {
    this.stopped = true;
    this.themes.disconnect();
    cancelAnimationFrame(this.waiting);
    cancelAnimationFrame(this.begin);
  };

  /* Show these choices; train anew if anything but the epoch is another one. */
  View.prototype.choose = function (chosen) {
    var before = this.chosen, last = chosen.length - 1, pumping = this.run && !this.run.done;
    this.chosen = chosen.slice();
    this.wanted = chosen[last];
    if (!before || chosen.some(function (index, k) { return k < last && index !== before[k]; })) {
      this.run = newRun(this.figure, chosen);
      if (!before || chosen[0] !== before[0]) this.place();
      this.wire();
      if (!pumping) this.start();
    }
    this.request(this.fresh);
  };

  /* Train in the background, but let the picture of the first epochs come first. */
  View.prototype.start = function () {
    var view = this;
    cancelAnimationFrame(this.begin);
    this.begin = requestAnimationFrame(function () { setTimeout(view.pump); });
  };

  View.prototype.train = function () {
    if (this.stopped || this.run.done) return;
    var known = this.run.last;
    this.run.slice(SLICE, clock);
    if (!this.run.done) this.pump();
    var arrived = known < this.wanted && this.run.last >= this.wanted;
    if (this.run.done || arrived || clock() - this.drawnAt > PAUSE) this.request();
  };

  /* Repaint for the next frame: `now`, while the browser waits for it, or at its beginning, for all changes at once. */
  View.prototype.request = function (now) {
    var view = this;
    this.waiting = this.waiting || requestAnimationFrame(function () {
      view.waiting = 0;
      if (view.due) view.update();
      view.fresh = true;
    });
    this.due = true;
    if (now) this.update();
  };

  View.prototype.update = function () {
    if (this.stopped) return;
    if (this.run.last < 0) this.run.slice(SLICE, clock);
    if (this.run.last < 0) { this.request(); return; }
    this.due = this.fresh = false;
    this.draw();
  };

  View.prototype.move = function (name, xs, ys) {
    this.artists[name].move(mlpLive.pixels(this.figure.panels[this.figure.artists[name]], xs, ys));
  };

  /* The points of the data set. */
  View.prototype.place = function () {
    [["t", this.run.net.train], ["h", this.run.net.held]].forEach(function (pair) {
      for (var label = 0; label < 2; label++) {
        var xs = [], ys = [];
        for (var r = 0; r < pair[1].n; r++) {
          if (pair[1].y[r] !== label) continue;
          xs.push(pair[1].x[2 * r]);
          ys.push(pair[1].x[2 * r + 1]);
        }
        this.move(pair[0] + label, xs, ys);
      }
    }, this);
  };

  View.prototype.draw = function () {
    var run = this.run, at = Math.min(this.wanted, run.last), theta = run.after(at);
    var colours = this.colours = this.colours || coloursOf(this.element);
    this.drawPlane(theta, colours);
    this.drawLoss(at, colours);
    this.drawNet(theta, colours);
    var broken = run.diverged && this.wanted > run.last ? 1 : 0;
    var text = this.figure.say([at, run.loss[at], run.heldLoss[at], 100 * run.heldRight[at] / run.net.held.n,
      run.last, broken]);
    if (this.sentence.textContent !== text) this.sentence.textContent = text;
    this.element.mlpShown = { chosen: this.chosen, epoch: at, run: run, theta: theta, field: this.field,
      border: this.pieces, wires: this.wires, curves: this.curves, text: text };
    this.drawnAt = clock();
    this.after(text);
  };

  View.prototype.drawPlane = function (theta, colours) {
    var figure = this.figure, n = figure.grid, field = this.field, run = this.run, top = run.A.length - 1;
    overThePlane(run, theta, figure.half, n, function (first, count) {
      for (var r = 0; r < count; r++) field[first + r] = run.A[top][r];
    });
    var image = this.image, plane = this.plane, map = figure.panels[0], wide = map.right - map.left, middle = wide / 2;
    var blue = hex(colours.forward), orange = hex(colours.gradient), scale = wide / (2 * figure.half);
    for (var k = 0; k < n * n; k++) {
      tint(image.data, (n - 1 - Math.floor(k / n)) * n + k % n, 2 * field[k] - 1, blue, orange);
    }
    this.pixels.putImageData(image, 0, 0);
    plane.wipe();
    plane.drawImage(this.pixels.canvas, 0.5, 0.5, n - 1, n - 1, 0, 0, wide, map.bottom - map.top);
    this.pieces = border(field, n, figure.half);
    plane.strokeStyle = colours.ink;
    plane.lineWidth = 1.2;
    plane.lineCap = "round";
    plane.beginPath();
    this.pieces.forEach(function (piece) {
      plane.moveTo(middle + piece[0][0] * scale, middle - piece[0][1] * scale);
      plane.lineTo(middle + piece[1][0] * scale, middle - piece[1][1] * scale);
    });
    plane.stroke();
  };

  View.prototype.drawLoss = function (at, colours) {
    var fall = this.fall, map = this.figure.panels[1], run = this.run, high = this.figure.loss[1];
    var curves = this.curves = { train: this.curve("train", run.loss), held: this.curve("held", run.heldLoss) };
    var kinds = [[curves.train, colours.loss, []], [curves.held, colours.extra, [3.7, 1.6]]];
    fall.wipe();
    fall.save();
    fall.beginPath();
    fall.rect(0, 0, map.right - map.left, map.bottom - map.top);
    fall.clip();
    [[run.last, 0.45, 1], [at, 1, 2]].forEach(function (how) {
      kinds.forEach(function (kind) {
        fall.globalAlpha = how[1];
        fall.lineWidth = how[2];
        fall.strokeStyle = kind[1];
        fall.setLineDash(kind[2].map(function (part) { return part * how[2]; }));
        fall.beginPath();
        for (var e = 0; e <= how[0]; e++) fall.lineTo(kind[0].xs[e], kind[0].ys[e]);
        fall.stroke();
      });
    });
    fall.restore();
    kinds.forEach(function (kind) {
      fall.beginPath();
      fall.arc(kind[0].xs[at], Math.min(Math.max(kind[0].ys[at], 0), map.bottom - map.top), 3.5, 0, 7);
      fall.fillStyle = kind[1];
      fall.strokeStyle = colours.paper;
      fall.lineWidth = 0.8;
      fall.fill();
      fall.stroke();
    });
    var cross = run.diverged ? run.last : -1;
    if (cross !== this.crossed) this.move("cross", cross < 0 ? [] : [cross], cross < 0 ? [] : [high]);
    this.crossed = cross;
  };

  /* Where a run's losses lie on the canvas, those known so far; kept, because most of them were there before. */
  View.prototype.curve = function (name, losses) {
    var run = this.run, map = this.figure.panels[1], curve = (this.curves || {})[name];
    if (!curve || curve.run !== run) {
      curve = { run: run, n: 0, xs: new Float64Array(run.epochs + 1), ys: new Float64Array(run.epochs + 1) };
    }
    for (; curve.n <= run.last; curve.n++) {
      var spot = mlpLive.pixels(map, [curve.n], [Math.max(losses[curve.n], 1e-12)])[0];
      curve.xs[curve.n] = spot[0] - map.left;
      curve.ys[curve.n] = spot[1] - map.top;
    }
    return curve;
  };

  /* Where neuron k of a layer stands, in the units of the panel's axes. */
  View.prototype.spot = function (layer, k) {
    var sizes = this.run.net.sizes, tile = this.figure.tile;
    return [this.figure.spots[sizes.length][layer],
      0.5 + ((sizes[layer] - 1) / 2 - k) * (layer ? tile.gap : tile.inputs)];
  };

  /* A line for every weight: where it begins and ends on the canvas. */
  View.prototype.wire = function () {
    var run = this.run, sizes = run.net.sizes, half = this.figure.tile.half, map = this.figure.panels[2];
    this.wires = [];
    for (var l = 1; l < sizes.length; l++) {
      for (var i = 0; i < sizes[l - 1]; i++) {
        for (var j = 0; j < sizes[l]; j++) {
          var from = this.spot(l - 1, i), to = this.spot(l, j);
          var ends = mlpLive.pixels(map, [from[0] + half, to[0] - half], [from[1], to[1]]);
          this.wires.push({ at: run.weights[l - 1] + i * sizes[l] + j, ends: ends.map(function (end) {
            return [end[0] - map.left, end[1] - map.top];
          }) });
        }
      }
    }
  };

  View.prototype.drawNet = function (theta, colours) {
    var net = this.net;
    net.wipe();
    this.wires.forEach(function (wire) {
      var weight = theta[wire.at], width = wire.width = Math.min(0.3 + Math.abs(weight), 4.5);
      net.strokeStyle = weight < 0 ? colours.extra : colours.muted;
      net.lineWidth = width;
      net.setLineDash(weight < 0 ? [3 * width, 1.5 * width] : []);
      net.beginPath();
      net.moveTo(wire.ends[0][0], wire.ends[0][1]);
      net.lineTo(wire.ends[1][0], wire.ends[1][1]);
      net.stroke();
    });
    net.setLineDash([]);
    this.drawTiles(theta, colours);
  };

  /* What each hidden neuron answers over the plane, as a small picture. */
  View.prototype.drawTiles = function (theta, colours) {
    var run = this.run, sizes = run.net.sizes, tile = this.figure.tile, n = tile.points, net = this.net, l, j, k;
    var seen = [], blue = hex(colours.forward), orange = hex(colours.gradient);
    var map = this.figure.panels[2], tall = map.bottom - map.top, scale = tall / (map.y[1] - map.y[0]);
    for (l = 1; l < sizes.length - 1; l++) seen.push(new Float64Array(sizes[l] * n * n));
    overThePlane(run, theta, this.figure.half, n, function (first, count) {
      for (l = 1; l < sizes.length - 1; l++) {
        for (j = 0; j < sizes[l]; j++) {
          for (k = 0; k < count; k++) seen[l - 1][j * n * n + first + k] = run.A[l][j * train.ROWS + k];
        }
      }
    });
    net.strokeStyle = colours.muted;
    net.lineWidth = 0.8;
    var image = this.tileImage, side = 2 * tile.half * scale;
    for (l = 1; l < sizes.length - 1; l++) {
      for (j = 0; j < sizes[l]; j++) {
        var one = seen[l - 1].subarray(j * n * n, (j + 1) * n * n), largest = 1e-9, base = ((l - 1) * 8 + j) * n;
        for (k = 0; k < n * n; k++) largest = Math.max(largest, Math.abs(one[k]));
        for (k = 0; k < n * n; k++) {
          tint(image.data, (base + n - 1 - Math.floor(k / n)) * n + k % n, one[k] / largest, blue, orange);
        }
      }
    }
    this.tiles.putImageData(image, 0, 0);
    for (l = 1; l < sizes.length - 1; l++) {
      for (j = 0; j < sizes[l]; j++) {
        var spot = this.spot(l, j), x = spot[0] * scale - side / 2, y = tall - spot[1] * scale - side / 2;
        net.drawImage(this.tiles.canvas, 0.5, ((l - 1) * 8 + j) * n + 0.5, n - 1, n - 1, x, y, side, side);
        net.strokeRect(x, y, side, side);
      }
    }
  };

  train.View = View;
  train.border = border;
  train.newRun = newRun;
  train.overThePlane = overThePlane;
  train.PLAY = PLAY;
})(mlpTrain);
