"""The gradients of a symbolic network as matrix products, and the proof that they are its derivatives.

The products are written down here as they are programmed: dW = Aᵀ dZ, db, dA = dZ Wᵀ, dZ = dA ∘ f′(Z). Then every
entry of every matrix is compared, by algebra, with what `sympy.diff` makes of the whole composite loss. Chapter 7.
"""

from dataclasses import dataclass
from functools import cache, partial

import sympy as sp

from .derivation import Derivation
from .equality import NotEqual
from .functions import NAMED, Sigmoid
from .notation import latex


@dataclass(frozen=True)
class MatrixForm:
    """Gradients of a network in matrix form, entries in quantities of the forward pass.

    Attributes
    ----------
    dZ : tuple
        dZ[1] … dZ[L], each (examples, width); dZ[0] is None.
    dW, db : tuple of Matrix
        `dW[0]` is ∂L/∂W^{(1)}, with its shape; `db[0]` is a row, (1, width).
    dA : tuple of Matrix
        dA[0] … dA[L], each (examples, width); dA[0] is the gradient by the inputs.
    """

    dZ: tuple
    dW: tuple
    db: tuple
    dA: tuple


def matrix_form(network):
    """The backward pass as matrix products.

    Parameters
    ----------
    network : SymbolicNetwork

    Returns
    -------
    MatrixForm
        Not proved yet: `prove` does that.
    """
    n, A, Y = network.examples, network.A, network.Y
    share = sp.Rational(1, n)
    ones = sp.ones(1, n)
    if network.loss_name == "mse":
        dA = 2 * share * (A[-1] - Y)
        if network.output == "softmax":
            weighed = A[-1].multiply_elementwise(dA) * sp.ones(network.sizes[-1], 1)
            dZ = A[-1].multiply_elementwise(dA - weighed * sp.ones(1, network.sizes[-1]))
        elif network.output == "sigmoid":
            dZ = dA.multiply_elementwise(A[-1]).multiply_elementwise(sp.ones(*A[-1].shape) - A[-1])
        else:
            dZ = dA
    else:
        dZ = share * (A[-1] - Y)
        dA = sp.Matrix(*A[-1].shape, lambda i, k: network.slope(network.L, A[-1][i, k]))
    dZs, dWs, dbs, dAs = [dZ], [], [], [dA]
    for layer in range(network.depth, 0, -1):
        dWs.append(A[layer - 1].T * dZ)
        dbs.append(ones * dZ)
        dA = dZ * network.weights[layer - 1].T
        dAs.append(dA)
        if layer > 1:
            dZ = dA.multiply_elementwise(_slopes(network, layer - 1))
            dZs.append(dZ)
    return MatrixForm((None, *dZs[::-1]), tuple(dWs[::-1]), tuple(dbs[::-1]), tuple(dAs[::-1]))


def _slopes(network, layer):
    """f′(Z) of a hidden layer, with f closed."""
    if network.hidden == "identity":
        return sp.ones(*network.Z[layer].shape)
    return network.Z[layer].applyfunc(NAMED[network.hidden].slope)


def prove(network, form=None):
    """Show that each entry of the matrix form is the derivative of the whole composite loss by that quantity.

    For each quantity the network is written out as one function from there on, `sympy.diff` differentiates it, and the
    difference of the two answers must vanish by algebra. Where exponentials stand, e^z is written as a·T, T the sum
    over the outputs; after softmax outputs, and after cross-entropy targets, add up to 1.

    Parameters
    ----------
    network : SymbolicNetwork
    form : MatrixForm, optional
        What is to be proved; the network's own if none is given.

    Returns
    -------
    dict of str to int
        How many entries of each matrix were shown equal: {"dZ3": 2, "dW3": 4, …}.

    Raises
    ------
    NotEqual
        (a ValueError) that names the first entry, or shape, for which it cannot be shown.
    """
    form = matrix_form(network) if form is None else form
    shown, fold = {}, cache(partial(_Fold, network))
    for layer in range(network.depth, 0, -1):
        here = ((f"dZ{layer}", network.Z[layer], form.dZ[layer]),
                (f"dA{layer - 1}", network.A[layer - 1], form.dA[layer - 1]),
                (f"dW{layer}", network.weights[layer - 1], form.dW[layer - 1]),
                (f"db{layer}", network.biases[layer - 1], form.db[layer - 1]))
        if layer == network.depth:
            here = ((f"dA{layer}", network.A[layer], form.dA[layer]), *here)
        for name, quantities, claimed in here:
            if claimed.shape != quantities.shape:
                raise NotEqual(f"{name}: has shape {claimed.shape}, not {quantities.shape} like what it is the "
                               "gradient by")
            free = tuple(quantities) if name[1] in "ZA" and name != "dA0" else ()
            for quantity, entry in zip(quantities, claimed):
                if fold(free)(fold(free).loss.diff(quantity) - entry) != 0:
                    raise NotEqual(f"{name}: its entry for {quantity}, {latex(entry)}, is not shown to be the "
                                   f"derivative of the loss by {quantity}")
            shown[name] = len(quantities)
    return shown


class _Exp(sp.Function):
    """e^z kept closed, so that SymPy does not gather e^z e^z into e^{2z} before it has a name."""

    def fdiff(self, argindex=1):
        return self


class _Fold:
    """Writes what `sympy.diff` leaves of the composite loss by the quantities of the forward pass, and multiplies out.

    Every piece is replaced by a name for exactly that piece, so that what vanishes in names vanishes.
    """

    def __init__(self, network, free):
        values = network.values(free)
        self.loss = values[network.L].replace(sp.exp, _Exp)
        self.sums, self.closed = {}, {}
        if network.hidden != "identity":
            f = NAMED[network.hidden]
            for layer in range(1, network.depth):
                for z, a in zip(network.Z[layer], network.A[layer]):
                    self.closed |= {f(values[z]): a, f.slope(values[z]): f.slope(z)}
        for i in range(network.examples):
            outputs = list(zip((values[z] for z in network.Z[-1].row(i)), network.A[-1].row(i)))
            if network.output == "softmax":
                total = sp.Dummy("T", positive=True)
                self.sums[sum(_Exp(z) for z, _ in outputs)] = total
                self.closed |= {_Exp(z): a * total for z, a in outputs}
            elif network.output == "sigmoid":
                for z, a in outputs:
                    self.closed |= {Sigmoid(z): a, Sigmoid.slope(z): Sigmoid.slope.rule(z).xreplace({Sigmoid(z): a})}
        self.plain = {name: values[name] for name in _unactivated(network) if values[name] != name}
        self.unit = dict(network.constraints)
        if network.output == "softmax":
            self.unit |= {row[-1]: 1 - sum(row[:-1]) for row in network.A[-1].tolist()}

    def __call__(self, difference):
        """0 if the difference vanishes; else some expression."""
        names = difference.xreplace(self.sums).xreplace(self.closed)
        names = sp.expand(names.xreplace(self.plain).xreplace(self.closed))
        rest = sp.expand(names.xreplace(self.unit))
        return rest if rest == 0 else sp.expand(sp.together(rest).as_numer_denom()[0])


def _unactivated(network):
    """Quantities that are not behind any closed function: pre-activations, and activations of the identity."""
    plain = {z for layer in network.Z[1:] for z in layer} if network.hidden == "identity" else set()
    if network.hidden == "identity":
        plain |= {a for layer in network.A[1:-1] for a in layer}
    return plain | (set(network.A[-1]) if network.output == "linear" else set())


def recognise(network, what, layer):
    """The entry-by-entry derivatives of one matrix, seen to be a product of matrices.

    Parameters
    ----------
    network : SymbolicNetwork
    what : {"dW", "db", "dA", "dZ"}
    layer : int
        ℓ, from 1; for dA the layer whose output it is, from 0; for dZ a hidden layer.

    Returns
    -------
    Derivation
        From the matrix of single derivatives, each one link of the chain rule, to the product, checked by entry.

    Raises
    ------
    ValueError
        For another name, or a layer that has no such matrix.
    """
    last = network.depth - (what in ("dA", "dZ"))
    first = 0 if what == "dA" else 1
    if what not in ("dW", "db", "dA", "dZ") or layer not in range(first, last + 1):
        raise ValueError(f"what, layer: got {what!r}, {layer!r}, expected 'dW' or 'db' with 1 to {network.depth}, "
                         f"'dA' with 0 to {network.depth - 1}, 'dZ' with 1 to {network.depth - 1}")
    Z, A = network.Z, network.A
    quantities = {"dW": network.weights, "db": network.biases}[what][layer - 1] if what in ("dW", "db") else (
        A if what == "dA" else Z)[layer]
    dZ = Z[layer + (what == "dA")].applyfunc(network.rate)
    entries = sp.ImmutableMatrix(quantities.applyfunc(network.gradient))
    if what == "dW":
        product = A[layer - 1].T, dZ
        words = rf"$\left(A^{{({layer - 1})}}\right)^{{\mathsf T}}$ times $dZ^{{({layer})}}$"
    elif what == "db":
        product, words = (sp.ones(1, network.examples), dZ), rf"the rows of $dZ^{{({layer})}}$ added"
    elif what == "dA":
        product = dZ, network.weights[layer].T
        words = rf"$dZ^{{({layer + 1})}}$ times $\left(W^{{({layer + 1})}}\right)^{{\mathsf T}}$"
    else:
        dA = A[layer].applyfunc(network.rate)
        product, words = (dA, _slopes(network, layer)), rf"$dA^{{({layer})}}$ and $f'(Z^{{({layer})}})$, entry by entry"
    product = tuple(map(sp.ImmutableMatrix, product))
    line = sp.HadamardProduct(*product) if what == "dZ" else sp.MatMul(*product, evaluate=False)
    return Derivation(entries, of=rf"{what}^{{({layer})}}").step(words, line)
