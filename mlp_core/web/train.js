/* Trains a small network in the page: loops over typed arrays around the activation, the loss, their derivatives and
   the update rule, all printed from SymPy (mlp_core/live/train_code.py). The twin is mlp_core.train. No dependencies. */
var mlpTrain = (function () {
  "use strict";

  var ROWS = 50; // examples that go through the network together; between two such chunks the clock is looked at

  /* Uniform numbers between 0 and 1 (Park, Miller and Stockmeyer 1993); twin: `uniform` in live/train_twin.py. */
  function uniform(seed) {
    var state = seed + 1;
    function next() { return (state = (state * 48271) % 2147483647) / 2147483647; }
    for (var k = 0; k < 10; k++) next(); // neighbouring seeds begin alike
    return next;
  }

  /* A run of training. `net` says sizes, activation (a kernel), he, lr, beta, seed, and the data train and held:
     { n, x: 2n numbers row by row, y: n labels }. After `trained` epochs their losses, counts and weights are kept. */
  function Run(code, net, epochs, limits) {
    var sizes = net.sizes, layers = sizes.length - 1, l, i;
    this.code = code;
    this.net = net;
    this.epochs = epochs;
    this.limits = limits;
    this.weights = [];
    this.biases = [];
    this.p = 0;
    for (l = 0; l < layers; l++) {
      this.weights.push(this.p);
      this.biases.push(this.p + sizes[l] * sizes[l + 1]);
      this.p += (sizes[l] + 1) * sizes[l + 1];
    }
    this.theta = new Float64Array(this.p);
    this.velocity = new Float64Array(this.p);
    this.gradient = new Float64Array(this.p);
    var next = uniform(net.seed);
    for (l = 0; l < layers; l++) {
      var limit = Math.sqrt(6 / (net.he ? sizes[l] : sizes[l] + sizes[l + 1]));
      for (i = this.weights[l]; i < this.biases[l]; i++) this.theta[i] = (2 * next() - 1) * limit;
    }
    this.Z = [];
    this.A = [];
    this.slope = [];
    this.D = [];
    for (l = 0; l <= layers; l++) {
      [this.Z, this.A, this.slope, this.D].forEach(function (each) { each.push(new Float64Array(ROWS * sizes[l])); });
    }
    this.y = new Float64Array(ROWS);
    this.losses = new Float64Array(ROWS);
    this.snapshots = new Float64Array((epochs + 1) * this.p);
    this.loss = new Float64Array(epochs + 1);
    this.heldLoss = new Float64Array(epochs + 1);
    this.heldRight = new Float64Array(epochs + 1);
    this.last = -1; // the last epoch that is known
    this.diverged = this.done = false;
    this.row = this.sum = this.heldSum = this.right = 0;
  }

  /* A chunk of n examples, already in A[0], through the network with parameters theta. Arrays hold one neuron after
     the other, ROWS places each. */
  Run.prototype.forward = function (theta, n) {
    var sizes = this.net.sizes, last = sizes.length - 1;
    for (var l = 1; l <= last; l++) {
      for (var j = 0, Z = this.Z[l]; j < sizes[l]; j++) {
        Z.fill(theta[this.biases[l - 1] + j], j * ROWS, j * ROWS + n);
        mix(this.A[l - 1], sizes[l - 1], theta, this.weights[l - 1] + j, sizes[l], Z, j * ROWS, n);
        if (l < last) this.net.activation(Z, this.A[l], this.slope[l], j * ROWS, j * ROWS + n);
      }
    }
    this.code.output(this.Z[last], this.y, this.A[last], this.losses, this.D[last], 0, n);
  };

  /* The error of the chunk sent back: dW += Aᵀ dZ and db += Σ dZ, then dZ of the layer before is (dZ Wᵀ) ∘ f′(Z). */
  Run.prototype.backward = function (n) {
    var sizes = this.net.sizes;
    for (var l = sizes.length - 1; l > 0; l--) {
      for (var j = 0; j < sizes[l]; j++) {
        collect(this.A[l - 1], sizes[l - 1], this.D[l], j * ROWS, this.gradient, this.weights[l - 1] + j, sizes[l],
          this.biases[l - 1] + j, n);
      }
      for (var i = 0, D = this.D[l - 1], S = this.slope[l - 1]; l > 1 && i < sizes[l - 1]; i++) {
        D.fill(0, i * ROWS, i * ROWS + n);
        mix(this.D[l], sizes[l], this.theta, this.weights[l - 1] + i * sizes[l], 1, D, i * ROWS, n);
        for (var r = i * ROWS, end = r + n; r < end; r++) D[r] *= S[r];
      }
    }
  };

  /* to[base + r] += Σ w[at + i·stride] from[i·ROWS + r] over count neurons i, four at a time, for n examples r. */
  function mix(from, count, w, at, stride, to, base, n) {
    var i = 0, r;
    for (; i + 3 < count; i += 4, at += 4 * stride) {
      var w0 = w[at], w1 = w[at + stride], w2 = w[at + 2 * stride], w3 = w[at + 3 * stride], a = i * ROWS;
      for (r = 0; r < n; r++, a++) {
        to[base + r] += w0 * from[a] + w1 * from[a + ROWS] + w2 * from[a + 2 * ROWS] + w3 * from[a + 3 * ROWS];
      }
    }
    for (; i < count; i++, at += stride) {
      for (r = 0; r < n; r++) to[base + r] += w[at] * from[i * ROWS + r];
    }
  }

  /* gradient[w + i·stride] += Σ A[i·ROWS + r] D[d + r] over n examples r, and gradient[b] += Σ D[d + r]. */
  function collect(A, count, D, d, gradient, w, stride, b, n) {
    var i = 0, r, e, s0 = 0.0, s1, s2, s3;
    for (r = 0; r < n; r++) s0 += D[d + r];
    gradient[b] += s0;
    for (; i + 3 < count; i += 4, w += 4 * stride) {
      var a = i * ROWS;
      s0 = s1 = s2 = s3 = 0.0;
      for (r = 0; r < n; r++, a++) {
        e = D[d + r];
        s0 += A[a] * e;
        s1 += A[a + ROWS] * e;
        s2 += A[a + 2 * ROWS] * e;
        s3 += A[a + 3 * ROWS] * e;
      }
      gradient[w] += s0;
      gradient[w + stride] += s1;
      gradient[w + 2 * stride] += s2;
      gradient[w + 3 * stride] += s3;
    }
    for (; i < count; i++, w += stride) {
      s0 = 0.0;
      for (r = 0; r < n; r++) s0 += A[i * ROWS + r] * D[d + r];
      gradient[w] += s0;
    }
  }

  /* The next chunk of the epoch: training examples first, then those held out; then the epoch's end. */
  Run.prototype.chunk = function () {
    var train = this.net.train, held = this.net.held, part = this.row < train.n ? train : held;
    var first = part === train ? this.row : this.row - train.n, n = Math.min(ROWS, part.n - first), r;
    for (r = 0; r < n; r++) {
      this.A[0][r] = part.x[2 * (first + r)];
      this.A[0][ROWS + r] = part.x[2 * (first + r) + 1];
      this.y[r] = part.y[first + r];
    }
    this.forward(this.theta, n);
    var output = this.A[this.A.length - 1];
    for (r = 0; r < n; r++) {
      if (part === train) this.sum += this.losses[r];
      else {
        this.heldSum += this.losses[r];
        this.right += (output[r] >= 0.5) === (this.y[r] === 1);
      }
    }
    if (part === train && this.last + 1 < this.epochs) this.backward(n);
    this.row += n;
    if (this.row === train.n + held.n) this.endEpoch();
  };

  Run.prototype.endEpoch = function () {
    var epoch = this.last + 1, p = this.p, theta = this.theta, i, loss = this.sum / this.net.train.n;
    var small = loss <= this.limits.loss && Number.isFinite(this.heldSum);
    for (i = 0; i < p; i++) small = small && Math.abs(theta[i]) <= this.limits.theta;
    if (!small) { // as mlp_core.train does, stop before anything that is no number gets out
      this.diverged = this.done = true;
      return;
    }
    this.last = epoch;
    this.loss[epoch] = loss;
    this.heldLoss[epoch] = this.heldSum / this.net.held.n;
    this.heldRight[epoch] = this.right;
    this.snapshots.set(theta, epoch * p);
    this.done = epoch === this.epochs;
    if (this.done) return;
    for (i = 0; i < p; i++) this.gradient[i] /= this.net.train.n;
    this.code.update(theta, this.velocity, this.gradient, this.net.lr, this.net.beta, 0, p);
    this.gradient.fill(0);
    this.row = this.sum = this.heldSum = this.right = 0;
  };

  /* Train for at most `milliseconds`, or to the end; returns how long that took. */
  Run.prototype.slice = function (milliseconds, clock) {
    var begun = clock(), now = begun;
    while (!this.done && now - begun < milliseconds) {
      this.chunk();
      now = clock();
    }
    return now - begun;
  };

  /* The parameters after an epoch that is known. */
  Run.prototype.after = function (epoch) {
    return this.snapshots.subarray(epoch * this.p, (epoch + 1) * this.p);
  };

  return { Run: Run, uniform: uniform, ROWS: ROWS };
})();
