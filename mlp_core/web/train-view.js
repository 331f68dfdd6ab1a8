/* The figure "Watch the loss fall": draws what web/train.js trains, and ties it to controls and to the page's address.
   Needs live.js and train.js before it. */
(function (train) {
  "use strict";

  var SLICE = 5, PAUSE = 100, PLAY = 5000; // milliseconds: of training at a stretch, between repaints, for a whole run
  var FINE = 2; // canvas pixels to an SVG unit

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

  /* ---- drawing ----------------------------------------------------------------------------------------------------- */

  /* A canvas behind a panel's SVG, over the box of its axes. */
  function canvasBehind(panel, map) {
    var canvas = document.createElement("canvas"), box = panel.querySelector("svg").viewBox.baseVal;
    canvas.width = Math.round((map.right - map.left) * FINE);
    canvas.height = Math.round((map.bottom - map.top) * FINE);
    canvas.style.left = 100 * map.left / box.width + "%";
    canvas.style.top = 100 * map.top / box.height + "%";
    canvas.style.width = 100 * (map.right - map.left) / box.width + "%";
    canvas.style.height = 100 * (map.bottom - map.top) / box.height + "%";
    canvas.setAttribute("aria-hidden", "true");
    panel.insertBefore(canvas, panel.firstChild);
    return canvas.getContext("2d");
  }

  function scratch(width, height) {
    var canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    return canvas.getContext("2d", { willReadFrequently: true });
  }

  /* The page's colours for blue (below 0), orange (above) and grey, as the theme has them now; then two as numbers. */
  function kinds(element) {
    var style = getComputedStyle(element), names = ["--mlp-forward", "--mlp-gradient", "--mlp-muted"];
    var texts = names.map(function (name) { return style.getPropertyValue(name).trim(); });
    return texts.concat(texts.slice(0, 2).map(function (text) { return parseInt(text.slice(1), 16); }));
  }

  function tint(data, at, share, blue, orange) {
    var hex = share < 0 ? blue : orange;
    data[4 * at] = hex >> 16;
    data[4 * at + 1] = hex >> 8 & 255;
    data[4 * at + 2] = hex & 255;
    data[4 * at + 3] = 153 * Math.min(Math.abs(share), 1);
  }

  function View(element, figure) {
    var panels = element.querySelectorAll(".mlp-panel"), view = this, svg = panels[2].querySelector("svg");
    this.element = element;
    this.figure = figure;
    this.plane = canvasBehind(panels[0], figure.panels[0]);
    this.net = canvasBehind(panels[2], figure.panels[2]);
    this.field = new Float64Array(figure.grid * figure.grid);
    this.pixels = scratch(figure.grid, figure.grid);
    this.tiles = scratch(figure.tile.points, 16 * figure.tile.points);
    this.artists = {};
    Object.keys(figure.artists).forEach(function (name) {
      var panel = panels[figure.artists[name]];
      view.artists[name] = new mlpLive.Artist(panel.querySelector('[id$="-' + name + '"]'));
    });
    this.edges = svg.insertBefore(document.createElementNS(svg.namespaceURI, "g"), svg.querySelector("g"));
    this.edges.setAttribute("class", "mlp-edges");
    this.sentence = element.querySelector(".mlp-sentence");
    this.after = function () {}; // called after each repaint
    this.pump = repeater(function () { view.train(); });
    this.drawnAt = this.waiting = 0;
    element.classList.add("mlp-on");
    new MutationObserver(function () { view.request(); }).observe(document.documentElement, { attributes: true });
    new MutationObserver(function () { view.request(); }).observe(document.body, { attributes: true });
  }

  /* Show these choices; train anew if anything but the epoch is another one. */
  View.prototype.choose = function (chosen) {
    var before = this.chosen, last = chosen.length - 1, pumping = this.run && !this.run.done;
    this.chosen = chosen.slice();
    this.wanted = chosen[last];
    if (!before || chosen.some(function (index, k) { return k < last && index !== before[k]; })) {
      this.run = newRun(this.figure, chosen);
      if (!before || chosen[0] !== before[0]) this.place();
      this.wire();
      if (!pumping) this.pump();
    }
    this.request();
  };

  View.prototype.train = function () {
    var known = this.run.last;
    this.run.slice(SLICE, clock);
    if (!this.run.done) this.pump();
    var arrived = known < this.wanted && this.run.last >= this.wanted;
    if (this.run.done || arrived || clock() - this.drawnAt > PAUSE) this.request();
  };

  View.prototype.request = function () {
    var view = this;
    this.waiting = this.waiting || requestAnimationFrame(function () {
      view.waiting = 0;
      if (view.run.last < 0) view.run.slice(SLICE, clock);
      if (view.run.last >= 0) view.draw();
      else view.request();
    });
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
    var run = this.run, at = Math.min(this.wanted, run.last), theta = run.after(at), colours = kinds(this.element);
    this.drawPlane(theta, colours);
    this.drawLoss(at);
    this.drawNet(theta, colours);
    var broken = run.diverged && this.wanted > run.last ? 1 : 0;
    var text = this.figure.say([at, run.loss[at], run.heldLoss[at], 100 * run.heldRight[at] / run.net.held.n,
      run.last, broken]);
    if (this.sentence.textContent !== text) this.sentence.textContent = text;
    this.element.mlpShown = { chosen: this.chosen, epoch: at, run: run, theta: theta, field: this.field,
      border: this.pieces, text: text };
    this.drawnAt = clock();
    this.after(text);
  };

  View.prototype.drawPlane = function (theta, colours) {
    var figure = this.figure, n = figure.grid, field = this.field, run = this.run, top = run.A.length - 1;
    overThePlane(run, theta, figure.half, n, function (first, count) {
      for (var r = 0; r < count; r++) field[first + r] = run.A[top][r];
    });
    var image = this.pixels.createImageData(n, n), canvas = this.plane.canvas;
    for (var k = 0; k < n * n; k++) {
      tint(image.data, (n - 1 - Math.floor(k / n)) * n + k % n, 2 * field[k] - 1, colours[3], colours[4]);
    }
    this.pixels.putImageData(image, 0, 0);
    this.plane.clearRect(0, 0, canvas.width, canvas.height);
    this.plane.drawImage(this.pixels.canvas, 0.5, 0.5, n - 1, n - 1, 0, 0, canvas.width, canvas.height);
    this.pieces = border(field, n, figure.half);
    var xs = [], ys = [];
    this.pieces.forEach(function (piece) {
      xs.push(piece[0][0], piece[1][0], NaN);
      ys.push(piece[0][1], piece[1][1], NaN);
    });
    this.move("border", xs, ys);
  };

  View.prototype.drawLoss = function (at) {
    var run = this.run, epochs = Array.from({ length: run.last + 1 }, function (_, e) { return e; });
    [["train", run.loss], ["held", run.heldLoss]].forEach(function (pair) {
      this.move(pair[0] + "-all", epochs, pair[1]);
      this.move(pair[0] + "-now", epochs.slice(0, at + 1), pair[1]);
      this.move(pair[0] + "-dot", [at], [Math.min(Math.max(pair[1][at], this.figure.loss[0]), this.figure.loss[1])]);
    }, this);
    var cross = run.diverged ? [run.last] : [];
    this.move("cross", cross, cross.map(function () { return this.figure.loss[1]; }, this));
  };

  /* Where neuron k of a layer stands, in the units of the panel's axes. */
  View.prototype.spot = function (layer, k) {
    var sizes = this.run.net.sizes, tile = this.figure.tile;
    return [this.figure.spots[sizes.length][layer],
      0.5 + ((sizes[layer] - 1) / 2 - k) * (layer ? tile.gap : tile.inputs)];
  };

  /* A line for every weight, where it belongs. */
  View.prototype.wire = function () {
    var run = this.run, sizes = run.net.sizes, half = this.figure.tile.half;
    this.edges.textContent = "";
    this.wires = [];
    for (var l = 1; l < sizes.length; l++) {
      for (var i = 0; i < sizes[l - 1]; i++) {
        for (var j = 0; j < sizes[l]; j++) {
          var from = this.spot(l - 1, i), to = this.spot(l, j);
          var ends = mlpLive.pixels(this.figure.panels[2], [from[0] + half, to[0] - half], [from[1], to[1]]);
          var line = document.createElementNS(this.edges.namespaceURI, "path");
          line.setAttribute("d", mlpLive.pathData(ends));
          this.edges.appendChild(line);
          this.wires.push({ line: line, at: run.weights[l - 1] + i * sizes[l] + j });
        }
      }
    }
  };

  View.prototype.drawNet = function (theta, colours) {
    this.wires.forEach(function (wire) {
      var weight = theta[wire.at], width = Math.min(0.3 + Math.abs(weight), 4.5).toFixed(2);
      var style = weight < 0 ? "mlp-minus" : "", dashes = weight < 0 ? 3 * width + " " + 1.5 * width : "none";
      if (wire.width === width && wire.style === style) return;
      wire.width = width;
      wire.style = style;
      wire.line.setAttribute("stroke-width", width);
      wire.line.setAttribute("stroke-dasharray", dashes);
      wire.line.setAttribute("class", style);
    });
    this.drawTiles(theta, colours);
  };

  /* What each hidden neuron answers over the plane, as a small picture. */
  View.prototype.drawTiles = function (theta, colours) {
    var run = this.run, sizes = run.net.sizes, tile = this.figure.tile, n = tile.points, net = this.net, seen = [], l, j, k;
    var map = this.figure.panels[2], scale = net.canvas.height / (map.y[1] - map.y[0]);
    for (l = 1; l < sizes.length - 1; l++) seen.push(new Float64Array(sizes[l] * n * n));
    overThePlane(run, theta, this.figure.half, n, function (first, count) {
      for (l = 1; l < sizes.length - 1; l++) {
        for (j = 0; j < sizes[l]; j++) {
          for (k = 0; k < count; k++) seen[l - 1][j * n * n + first + k] = run.A[l][j * train.ROWS + k];
        }
      }
    });
    net.clearRect(0, 0, net.canvas.width, net.canvas.height);
    net.strokeStyle = colours[2];
    net.lineWidth = 0.8 * FINE;
    var image = this.tiles.createImageData(n, 16 * n), side = 2 * tile.half * scale;
    for (l = 1; l < sizes.length - 1; l++) {
      for (j = 0; j < sizes[l]; j++) {
        var one = seen[l - 1].subarray(j * n * n, (j + 1) * n * n), largest = 1e-9, base = ((l - 1) * 8 + j) * n;
        for (k = 0; k < n * n; k++) largest = Math.max(largest, Math.abs(one[k]));
        for (k = 0; k < n * n; k++) {
          tint(image.data, (base + n - 1 - Math.floor(k / n)) * n + k % n, one[k] / largest, colours[3], colours[4]);
        }
      }
    }
    this.tiles.putImageData(image, 0, 0);
    for (l = 1; l < sizes.length - 1; l++) {
      for (j = 0; j < sizes[l]; j++) {
        var spot = this.spot(l, j), x = spot[0] * scale - side / 2, y = net.canvas.height - spot[1] * scale - side / 2;
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
