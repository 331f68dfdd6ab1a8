/* A stand-in for networks kept as a graph of objects, in the style of TensorFlow Playground's engine: every neuron and
   every link is an object, examples go through one by one, derivatives pile up in the links until the update. Written
   for the benchmark alone, with the same start, data and update rule as web/train.js, so that both end with the same
   loss. */
var objectGraph = (function () {
  "use strict";

  var TANH = {
    output: function (x) { return Math.tanh(x); },
    slope: function (x) { var y = TANH.output(x); return 1 - y * y; },
  };
  var SIGMOID = {
    output: function (x) { return 1 / (1 + Math.exp(-x)); },
    slope: function (x) { var y = SIGMOID.output(x); return y * (1 - y); },
  };
  var CROSS_ENTROPY = {
    value: function (p, y) { return -(y * Math.log(p) + (1 - y) * Math.log(1 - p)); },
    slope: function (p, y) { return (p - y) / (p * (1 - p)); },
  };

  function Node(activation) {
    this.activation = activation;
    this.bias = 0;
    this.inputs = [];
    this.outputs = [];
    this.totalInput = 0;
    this.output = 0;
    this.outputDer = 0;
    this.inputDer = 0;
    this.biasDer = 0;
    this.biasVelocity = 0;
  }

  Node.prototype.updateOutput = function () {
    this.totalInput = this.bias;
    for (var i = 0; i < this.inputs.length; i++) {
      var link = this.inputs[i];
      this.totalInput += link.weight * link.source.output;
    }
    this.output = this.activation.output(this.totalInput);
    return this.output;
  };

  function Link(source, target, weight) {
    this.source = source;
    this.target = target;
    this.weight = weight;
    this.velocity = 0;
    this.der = 0;
    source.outputs.push(this);
    target.inputs.push(this);
  }

  function build(sizes, seed, uniform) {
    var next = uniform(seed), layers = sizes.map(function (size, l) {
      return Array.from({ length: size }, function () { return new Node(l === sizes.length - 1 ? SIGMOID : TANH); });
    });
    for (var l = 1; l < layers.length; l++) {
      var limit = Math.sqrt(6 / (sizes[l - 1] + sizes[l]));
      layers[l - 1].forEach(function (source) {
        layers[l].forEach(function (target) { new Link(source, target, (2 * next() - 1) * limit); });
      });
    }
    return layers;
  }

  function forward(network, x1, x2) {
    network[0][0].output = x1;
    network[0][1].output = x2;
    for (var l = 1; l < network.length; l++) {
      for (var j = 0; j < network[l].length; j++) network[l][j].updateOutput();
    }
    return network[network.length - 1][0].output;
  }

  function backward(network, target) {
    var output = network[network.length - 1][0];
    output.outputDer = CROSS_ENTROPY.slope(output.output, target);
    for (var l = network.length - 1; l >= 1; l--) {
      var j, k, node;
      for (j = 0; j < network[l].length; j++) {
        node = network[l][j];
        node.inputDer = node.outputDer * node.activation.slope(node.totalInput);
        node.biasDer += node.inputDer;
      }
      for (j = 0; j < network[l].length; j++) {
        node = network[l][j];
        for (k = 0; k < node.inputs.length; k++) node.inputs[k].der += node.inputDer * node.inputs[k].source.output;
      }
      if (l === 1) continue;
      for (j = 0; j < network[l - 1].length; j++) {
        node = network[l - 1][j];
        node.outputDer = 0;
        for (k = 0; k < node.outputs.length; k++) {
          node.outputDer += node.outputs[k].weight * node.outputs[k].target.inputDer;
        }
      }
    }
  }

  function update(network, n, lr, beta) {
    for (var l = 1; l < network.length; l++) {
      for (var j = 0; j < network[l].length; j++) {
        var node = network[l][j];
        node.biasVelocity = beta * node.biasVelocity - lr * (node.biasDer / n);
        node.bias += node.biasVelocity;
        node.biasDer = 0;
        for (var k = 0; k < node.inputs.length; k++) {
          var link = node.inputs[k];
          link.velocity = beta * link.velocity - lr * (link.der / n);
          link.weight += link.velocity;
          link.der = 0;
        }
      }
    }
  }

  /* The training loss after `epochs` updates; loss and accuracy on the held-out points are taken in every epoch too. */
  function train(net, epochs, uniform) {
    var network = build(net.sizes, net.seed, uniform), loss, i, p, held, right;
    for (var epoch = 0; epoch <= epochs; epoch++) {
      loss = held = right = 0;
      for (i = 0; i < net.train.n; i++) {
        p = forward(network, net.train.x[2 * i], net.train.x[2 * i + 1]);
        loss += CROSS_ENTROPY.value(p, net.train.y[i]);
        if (epoch < epochs) backward(network, net.train.y[i]);
      }
      for (i = 0; i < net.held.n; i++) {
        p = forward(network, net.held.x[2 * i], net.held.x[2 * i + 1]);
        held += CROSS_ENTROPY.value(p, net.held.y[i]);
        right += (p >= 0.5) === (net.held.y[i] === 1);
      }
      if (epoch < epochs) update(network, net.train.n, net.lr, net.beta);
    }
    return { loss: loss / net.train.n, held: held / net.held.n, right: right };
  }

  return { train: train };
})();
