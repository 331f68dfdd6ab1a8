"""Where the numbers of a network are kept: one flat vector and its views, and what a pass writes down.

Layer ℓ = 1 is `weights[0]`. Z and A of a trace, and dZ of gradients, are indexed by ℓ itself, with A[0] = X.
"""

import copy
from itertools import pairwise

import numpy as np

from . import _validate

NARROW = 32
"""Layers of at most so many neurons are kept column by column."""


class Trace:
    """What a forward pass computed, kept for the way back.

    Attributes
    ----------
    Z : list
        Z[ℓ] (n, d_ℓ) is what goes into the activation of layer ℓ; Z[0] is None, as inputs are not activated.
    A : list
        A[ℓ] (n, d_ℓ) is what layer ℓ puts out; A[0] = X.
    output : array (n, k)
        What the network says: A[-1].
    log_output : array (n, k)
        ln A[-1] after softmax, finite where A[-1] itself underflows to 0; nothing of use after others.

    With `keep_Z` False hidden layers have one array for both, which ends up with A: slopes can be told from that.
    """

    def __init__(self, X, sizes, keep_Z=True):
        # Narrow layers column by column: sums over examples and comparisons across outputs then run along memory.
        # In wide ones the matrix products weigh more, and those are quicker row by row.
        self.A = [X] + [np.empty((len(X), width), X.dtype, order="F" if width <= NARROW else "C")
                        for width in sizes[1:]]
        hidden = [np.empty_like(A) if keep_Z else A for A in self.A[1:-1]]
        self.Z = [None, *hidden, np.empty_like(self.output)]
        self.log_output = np.empty_like(self.output)

    @property
    def output(self):
        """What the network says, (n, k): the last A."""
        return self.A[-1]

    @property
    def logits(self):
        """What goes into the last activation, (n, k): the last Z."""
        return self.Z[-1]

    def head(self, n):
        """The first n rows, in the same memory."""
        return _head(self, n, "A", "Z", "log_output")


def _head(whole, n, *names):
    part = copy.copy(whole)
    for name in names:
        held = getattr(whole, name)
        head = held[:n] if isinstance(held, np.ndarray) else [None if array is None else array[:n] for array in held]
        setattr(part, name, head)
    return part


class Gradients:
    """∂L/∂ every weight and bias, as one flat vector and as views of it.

    Attributes
    ----------
    theta : array (p,)
        All of them in the order of `MLP.theta`.
    weights, biases : list of array
        Views of `theta`, in the shapes of the network's own.
    dZ : list
        dZ[ℓ] = ∂L/∂Z[ℓ], in the shape of Z[ℓ]; dZ[0] is None.
    """

    def __init__(self, trace, sizes):
        self.theta, self._sizes = np.empty(count(sizes), trace.output.dtype), tuple(sizes)
        self.weights, self.biases = views(self.theta, sizes)
        self.dZ = [None] + [np.empty_like(Z) for Z in trace.Z[1:]]
        self._ones = np.ones(len(trace.output), trace.output.dtype)

    def head(self, n):
        """The same gradients, with room for n examples in dZ."""
        return _head(self, n, "dZ", "_ones")

    def __getstate__(self):
        return {name: value for name, value in vars(self).items() if name not in ("weights", "biases")}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.weights, self.biases = views(self.theta, self._sizes)


class Views(list):
    """The weights or biases of a network. Putting an array in copies its numbers: all stay views of theta.

    A copy, or what comes back from a pickle, belongs to no network: it is a plain list of arrays of its own.
    """

    def __init__(self, name):
        super().__init__()
        self.name = name

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            self._refuse()
        name, mine = f"{self.name}[{index}]", self[index]
        array = _validate.real_array(name, value)
        if array.shape != mine.shape:
            raise ValueError(f"{name}: expected shape {mine.shape}, got {array.shape}")
        mine[...] = _validate.finite(name, array, mine.dtype)

    def _refuse(self, *_, **__):
        raise TypeError("a network keeps its layers: change the numbers in weights[i] or biases[i] instead")

    append = extend = insert = pop = remove = clear = reverse = sort = _refuse
    __delitem__ = __iadd__ = __imul__ = _refuse

    def __reduce__(self):
        return list, ([array.copy() for array in self],)


def count(sizes):
    """How many parameters a network of these layer sizes has."""
    return sum((d_in + 1) * d_out for d_in, d_out in pairwise(sizes))


def views(theta, sizes):
    """Cut a flat vector into W1, b1, W2, b2, …: two lists of views, nothing copied."""
    weights, biases, start = Views("weights"), Views("biases"), 0
    for d_in, d_out in pairwise(sizes):
        middle, stop = start + d_in * d_out, start + (d_in + 1) * d_out
        list.append(weights, theta[start:middle].reshape(d_in, d_out))
        list.append(biases, theta[middle:stop])
        start = stop
    return weights, biases
