"""The multilayer perceptron: parameters, a forward pass and a backward pass.

Layer ℓ = 1 is `weights[0]`. Z and A of a trace, and dZ of gradients, are indexed by ℓ itself, with A[0] = X.
"""

import numpy as np

from . import _validate, losses, storage
from .activations import ACTIVATIONS, OUTPUTS
from .arrays import Gradients, Trace, count, views

__all__ = ["MLP", "Gradients", "Trace"]


class MLP:
    """A multilayer perceptron.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden layers, outputs: [2, 16, 3] takes 2 numbers, has 16 hidden neurons and 3 outputs.
    hidden : str
        Activation of the hidden layers: a name in `activations.ACTIVATIONS`.
    output : {"softmax", "sigmoid", "linear"}
        Activation of the last layer.
    loss : str or None
        "cross_entropy" with softmax, "binary_cross_entropy" with sigmoid, "mse" with any; None takes the
        output's own.
    seed : int
        Decides the initial weights: same seed, same bits.
    dtype : float64 or float32
    init : {"he", "glorot"} or None
        "he": normal with variance 2/d_in (He et al. 2015); "glorot": uniform with variance 2/(d_in + d_out)
        (Glorot and Bengio 2010). None takes He for relu, leaky_relu and softplus, Glorot for the rest. Biases
        start at 0.
    weight_decay : float
        λ ≥ 0: the loss gets λ/2 Σ w² over the weights, not the biases. It belongs to the network, not to
        `train`, because it is a part of the loss: `loss`, `backward` and the gradient check then all speak of
        the same function.

    Attributes
    ----------
    theta : array (p,)
        All parameters: W1 row by row, b1, W2, b2, … Assigning to it copies the numbers in.
    weights, biases : list of array
        Views into `theta`: `weights[0]` is (sizes[0], sizes[1]), `biases[0]` is (sizes[1],).

    Raises
    ------
    TypeError, ValueError
        Naming the argument, what came and what was expected.
    """

    def __init__(self, sizes, hidden="relu", output="softmax", loss=None, seed=0, dtype=np.float64, init=None,
                 weight_decay=0.0):
        listed = hasattr(sizes, "__len__") and hasattr(sizes, "__getitem__") and getattr(sizes, "ndim", 1) == 1
        if not listed or isinstance(sizes, (str, bytes, dict)):
            raise TypeError(f"sizes: expected a list such as [2, 16, 3], got {_validate.shown(sizes)}")
        if len(sizes) < 2:
            raise ValueError(f"sizes: expected at least inputs and outputs, got {_validate.shown(sizes)}")
        sizes = tuple(_validate.integer(f"sizes[{i}]", size, 1) for i, size in enumerate(sizes))
        _validate.choice("hidden", hidden, tuple(ACTIVATIONS))
        _validate.choice("output", output, tuple(OUTPUTS))
        if init is None:
            init = "he" if hidden in ("relu", "leaky_relu", "softplus") else "glorot"
        _validate.choice("init", init, ("he", "glorot"))
        rng = np.random.default_rng(_validate.integer("seed", seed, 0))
        self.__dict__.update(sizes=sizes, hidden=hidden, output=output, loss_name=losses.choose(output, loss),
                             dtype=_validate.float_type("dtype", dtype))
        self.weight_decay = weight_decay
        try:
            self._hold(np.zeros(count(sizes), self.dtype))
            for W in self.weights:
                d_in, d_out = W.shape
                limit = np.sqrt(6 / (d_in + d_out))
                W[...] = (rng.normal(0, np.sqrt(2 / d_in), W.shape) if init == "he"
                          else rng.uniform(-limit, limit, W.shape))
        except (MemoryError, OverflowError, ValueError):
            raise ValueError(f"sizes: expected a network that memory can hold, got {_validate.shown(sizes)}") from None

    def _hold(self, theta):
        weights, biases = views(theta, self.sizes)
        self.__dict__.update(_theta=theta, weights=weights, biases=biases)

    def __setattr__(self, name, value):
        if name == "theta":
            self._theta[...] = _validate.vector("theta", value, self._theta.size, self.dtype)
        elif name == "weight_decay":
            self.__dict__[name] = _validate.number(name, value, at_least=0)
        else:
            raise AttributeError(f"{name}: cannot be set; theta, weights[i], biases[i] and weight_decay can")

    @property
    def theta(self):
        """All parameters as one vector (p,), the memory that weights and biases are views of.

        What is set as a whole, `net.theta = …`, is checked first. What is written into it, as by `net.theta[3] = 1` or
        `net.theta *= 2`, stands there at once; `train`, `save` and the checks refuse what is not finite.
        """
        return self._theta

    @property
    def kinked(self):
        """Whether the hidden activation has a kink at 0."""
        return ACTIVATIONS[self.hidden].kink

    def forward(self, X):
        """Send examples through the network.

        Parameters
        ----------
        X : array (n, d)
            One example a row, n ≥ 1, finite.

        Returns
        -------
        Trace
            Z[ℓ] = A[ℓ−1] W + b and A[ℓ] = f(Z[ℓ]) for every layer (chapter 6).

        Raises
        ------
        TypeError, ValueError
            If X is not made of finite real numbers of that shape.
        """
        trace = Trace(_validate.matrix("X", X, self.sizes[0], self.dtype), self.sizes)
        self._forward(trace)
        return trace

    def _forward(self, trace):
        Z, A, last = trace.Z, trace.A, len(self.weights)
        hidden = ACTIVATIONS[self.hidden].value
        for layer, (W, b) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            np.matmul(A[layer - 1], W, out=Z[layer])
            Z[layer] += b
            if layer < last:
                hidden(Z[layer], out=A[layer])
        logarithms = {"log": trace.log_output} if self.output == "softmax" else {}
        OUTPUTS[self.output](Z[last], out=A[last], **logarithms)

    def backward(self, trace, Y):
        """Send the error back: the gradient of the loss by every weight and bias (chapter 7).

        Parameters
        ----------
        trace : Trace
            From `forward`, with the parameters as they still are.
        Y : array
            Targets as in `loss`.

        Returns
        -------
        Gradients
            dW = A[ℓ−1]ᵀ dZ[ℓ], db = 1ᵀ dZ[ℓ], the sum over examples, dZ[ℓ−1] = (dZ[ℓ] Wᵀ) ∘ f′(Z[ℓ−1]); plus λW for
            weight decay.

        Raises
        ------
        TypeError, ValueError
            If the trace is none, or one of a network of other sizes or dtype, or for targets that do not fit.
        """
        if not isinstance(trace, Trace):
            raise TypeError(f"trace: expected what forward returned, got {type(trace).__name__}")
        if tuple(A.shape[1] for A in trace.A) != self.sizes or trace.output.dtype != self.dtype:
            raise ValueError(f"trace: expected one of a network {self.sizes} in {self.dtype}, got one of "
                             f"{tuple(A.shape[1] for A in trace.A)} in {trace.output.dtype}")
        gradients = Gradients(trace, self.sizes)
        self._backward(trace, self._targets(Y, len(trace.output)), gradients)
        return gradients

    def _backward(self, trace, T, gradients):
        A, dZ, ones, last = trace.A, gradients.dZ, gradients._ones, len(self.weights)
        slope = ACTIVATIONS[self.hidden].slope
        losses.PAIRS[self.output, self.loss_name].gradient(trace.Z[last], A[last], T, out=dZ[last])
        for layer in range(last, 0, -1):
            np.dot(A[layer - 1].T, dZ[layer], out=gradients.weights[layer - 1])
            np.dot(ones, dZ[layer], out=gradients.biases[layer - 1])
            if layer > 1:
                np.matmul(dZ[layer], self.weights[layer - 1].T, out=dZ[layer - 1])
                dZ[layer - 1] *= slope(A[layer - 1])
        if self.weight_decay:
            for dW, W in zip(gradients.weights, self.weights, strict=True):
                dW += self.weight_decay * W

    def loss(self, X, Y):
        """The mean loss over examples, weight decay included, as a float.

        Parameters
        ----------
        X : array (n, d)
        Y : array
            After softmax: labels (n,) or one-hot (n, k). After sigmoid with binary cross-entropy: 0 or 1, (n,
            k) or, where k = 1, (n,). Else numbers, (n, k) or, where k = 1, (n,).

        Raises
        ------
        TypeError, ValueError
            For X as in `forward`; for targets of another shape, labels out of range, numbers that are not finite.
        """
        trace = self.forward(X)
        return self._loss(trace, self._targets(Y, len(trace.output)))

    def _loss(self, trace, T):
        loss = losses.PAIRS[self.output, self.loss_name]
        value = loss.value(getattr(trace, loss.of), T)
        if self.weight_decay:
            value += self.weight_decay / 2 * sum(float(np.vdot(W, W)) for W in self.weights)
        return value

    def _targets(self, Y, n, name="Y"):
        return losses.targets(Y, n, self.sizes[-1], self.output, self.loss_name, self.dtype, name)

    def predict(self, X):
        """The network's answer to each example.

        Parameters
        ----------
        X : array (n, d)
            As in `forward`.

        Returns
        -------
        array
            After softmax the label (n,) of the largest output; after sigmoid 0 or 1 for each output (1 where
            it is at least ½), (n, k); after linear the outputs, (n, k). With a single sigmoid or linear
            output: (n,).

        Raises
        ------
        TypeError, ValueError
            As in `forward`.
        """
        answer = self._answer(self.forward(X).output)
        return answer[:, 0] if answer.ndim == 2 and self.sizes[-1] == 1 else answer

    def _answer(self, A):
        if self.output == "softmax":
            return A.argmax(axis=1)
        return (A >= 0.5).astype(np.intp) if self.output == "sigmoid" else A

    def accuracy(self, X, Y):
        """The share of answers that are right, between 0 and 1, for softmax and sigmoid outputs.

        Parameters
        ----------
        X : array (n, d)
        Y : array
            Targets as in `loss`.

        Raises
        ------
        TypeError
            For a linear output, whose answers are seldom exactly right.
        TypeError, ValueError
            For X and Y as in `loss`.
        """
        if self.output == "linear":
            raise TypeError("accuracy: expected a softmax or sigmoid output, got 'linear'; use loss instead")
        trace = self.forward(X)
        return self._accuracy(trace, self._targets(Y, len(trace.output)))

    def _accuracy(self, trace, T):
        return float((self._answer(trace.output) == self._answer(T)).mean())

    def copy(self, dtype=None):
        """A network of its own with the same settings and numbers, in another dtype if one is given.

        Raises
        ------
        TypeError, ValueError
            For a dtype other than float32 and float64, or one that cannot hold the numbers.
        """
        dtype = self.dtype if dtype is None else _validate.float_type("dtype", dtype)
        theta = self.theta if dtype == self.dtype else _validate.finite("theta", self.theta, dtype)
        twin = object.__new__(type(self))
        twin.__setstate__(self.__getstate__() | {"dtype": dtype, "_theta": theta})  # which copies
        return twin

    def save(self, path):
        """Write settings and parameters to an .npz file, exactly at `path`. `load` reads it back, bit for
        bit. Where a link leads, the file it leads to is written.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            A new file or a regular one, in a folder that exists.

        Raises
        ------
        TypeError
            If path is no file name.
        ValueError
            If the file cannot be written there, or a parameter is not finite. What was there is then unchanged.
        """
        storage.save(self, path)

    @classmethod
    def load(cls, path):
        """Read a network that `save` wrote. Nothing in the file is executed.

        Raises
        ------
        ValueError
            If the file is missing, truncated, or not such a file.
        TypeError
            If path is no file name.
        """
        return storage.load(cls, path)

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if name not in ("weights", "biases")}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._hold(state["_theta"].copy())

    def __repr__(self):
        settings = f"hidden={self.hidden!r}, output={self.output!r}, loss={self.loss_name!r}"
        return f"MLP({list(self.sizes)}, {settings}, dtype={self.dtype.name}), {self._theta.size} parameters"
