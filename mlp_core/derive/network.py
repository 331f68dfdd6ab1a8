"""A whole network in symbols: its forward pass, its loss, and the gradient by everything in it.

Nothing here asserts a rule of backpropagation. Each quantity is defined by the ones before it, `sympy.diff` takes the
slope of each definition, and the chain rule adds them up over all the ways in which a quantity reaches the loss. The
matrix form, and the proof that it says the same, are in `matrixform`. Chapters 6 and 7 read it out.
"""

from functools import cached_property
from itertools import pairwise

import numpy as np
import sympy as sp

from . import matrixform
from .activations import ACTIVATIONS
from .derivation import Derivation, Equations
from .evaluate import numpy_function
from .functions import Sigmoid, activation, expanded
from .losses import output_loss
from .notation import latex, rate, symbol

_OWN_LOSS = {"softmax": "cross_entropy", "sigmoid": "binary_cross_entropy", "linear": "mse"}


class SymbolicNetwork:
    """A multilayer perceptron whose every number is a symbol.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden layers, outputs, as for `mlp_core.MLP`. Small: every number becomes a symbol.
    hidden : str
        A name from `ACTIVATIONS`; it keeps its name, f(z) and f′(z).
    output : {"softmax", "sigmoid", "linear"}
    loss : str or None
        "cross_entropy", "binary_cross_entropy", "mse", or None for the output's own.
    examples : int
        How many rows X has; the loss is the mean over them. With one, the index of the example is left out.

    Attributes
    ----------
    X, Y : Matrix (examples, inputs), (examples, outputs)
    weights, biases : list of Matrix
        `weights[0]` is W^{(1)}, (inputs, width); `biases[0]` is a row, (1, width).
    Z, A : list of Matrix (examples, width)
        By layer: Z[1] … Z[L] and A[0] = X … A[L], named symbols. Z[0] is None.
    L : Symbol
        The loss.
    definitions : dict of Symbol to Expr
        Every entry of Z, A and the loss by the quantities just before it, in the order in which they are computed.
    constraints : dict of Symbol to Expr
        What is known of the targets: after softmax with cross-entropy they add up to 1 for each example.

    Raises
    ------
    ValueError
        For sizes, names or pairings that are none.
    """

    def __init__(self, sizes, hidden="relu", output="softmax", loss=None, examples=1):
        self.sizes = tuple(sizes)
        whole = all(isinstance(size, int) and size > 0 for size in (*self.sizes, examples))
        if len(self.sizes) < 2 or not whole:
            raise ValueError(f"sizes, examples: got {list(sizes)}, {examples!r}, expected at least two whole numbers "
                             "above 0, and one more")
        if hidden not in ACTIVATIONS:
            raise ValueError(f"hidden: got {hidden!r}, expected one of {', '.join(ACTIVATIONS)}")
        self.hidden, self.output, self.examples = hidden, output, examples
        self.loss_name = _OWN_LOSS.get(output) if loss is None else loss
        output_loss(output, self.loss_name, self.sizes[-1])  # refuses what does not go together
        self.depth = len(self.sizes) - 1
        self._put_down_symbols()
        self._put_down_definitions()
        self._slopes, self._gradients = {}, {}

    def _put_down_symbols(self):
        def rows(letter, width, layer=None):
            if self.examples == 1:
                return sp.Matrix([[symbol(letter, k, layer=layer) for k in range(1, width + 1)]])
            return sp.Matrix(self.examples, width, lambda i, k: symbol(letter, i + 1, k + 1, layer=layer))

        self.L = sp.Symbol("L", real=True)
        self.X, self.Y = rows("x", self.sizes[0]), rows("y", self.sizes[-1])
        self.weights, self.biases, self.Z, self.A = [], [], [None], [self.X]
        for layer, (above, width) in enumerate(pairwise(self.sizes), start=1):
            self.weights.append(sp.Matrix(above, width, lambda j, k, at=layer: symbol("w", j + 1, k + 1, layer=at)))
            self.biases.append(sp.Matrix([[symbol("b", k, layer=layer) for k in range(1, width + 1)]]))
            self.Z.append(rows("z", width, layer))
            self.A.append(rows("a", width, layer))

    def _put_down_definitions(self):
        self.definitions, self.constraints = {}, {}
        for layer in range(1, self.depth + 1):
            W, b = self.weights[layer - 1], self.biases[layer - 1]
            for i in range(self.examples):
                for k in range(self.sizes[layer]):
                    self.definitions[self.Z[layer][i, k]] = b[k] + sum(
                        self.A[layer - 1][i, j] * W[j, k] for j in range(self.sizes[layer - 1]))
                for k in range(self.sizes[layer]):
                    self.definitions[self.A[layer][i, k]] = self._activated(layer, i, k)
        self.loss = sum(self._loss_of(i) for i in range(self.examples)) / self.examples
        self.definitions[self.L] = self.loss
        if self.loss_name == "cross_entropy":
            self.constraints = {row[-1]: 1 - sum(row[:-1]) for row in self.Y.tolist()}

    def _activated(self, layer, i, k):
        row = self.Z[layer].row(i)
        if layer < self.depth or self.output == "linear":
            return activation(self.hidden if layer < self.depth else "identity", row[k])
        return Sigmoid(row[k]) if self.output == "sigmoid" else sp.exp(row[k]) / sum(map(sp.exp, row))

    def _loss_of(self, i):
        """One example's loss by its outputs and targets."""
        pairs = list(zip(self.A[-1].row(i), self.Y.row(i)))
        if self.loss_name == "mse":
            return sum((a - y) ** 2 for a, y in pairs)
        if self.loss_name == "cross_entropy":
            return -sum(y * sp.log(a) for a, y in pairs)
        return sum(-y * sp.log(a) - (1 - y) * sp.log(1 - a) for a, y in pairs)

    # -- forward -----------------------------------------------------------------------------------------------------

    @property
    def parameters(self):
        """Every weight and bias: W1 row by row, b1, W2 …, the order of `mlp_core.MLP.theta`."""
        return [entry for W, b in zip(self.weights, self.biases) for entry in (*W, *b)]

    def values(self, free=()):
        """Every defined quantity written out in inputs, weights, biases and targets alone.

        Parameters
        ----------
        free : collection of Symbol
            Quantities that stay names, as if the network began with them.

        Returns
        -------
        dict of Symbol to Expr
        """
        found = {}
        for name, definition in self.definitions.items():
            found[name] = name if name in free else definition.xreplace(found)
        return found

    @cached_property
    def composite(self):
        """The loss as one composite function of inputs, weights, biases and targets."""
        return self.values()[self.L]

    def forward(self, layer=None):
        """The forward pass as named equations, z by the a before it and a by its z, and the loss last.

        Parameters
        ----------
        layer : int, optional
            Only this layer, from 1 to L; None gives all layers and the loss.

        Returns
        -------
        Equations
        """
        if layer is None:
            return Equations(self.definitions.items())
        self._check_layer(layer)
        return Equations((name, self.definitions[name]) for name in (*self.Z[layer], *self.A[layer]))

    def _check_layer(self, layer):
        if layer not in range(1, self.depth + 1):
            raise ValueError(f"layer: got {layer!r}, expected 1 to {self.depth}")

    # -- backward ----------------------------------------------------------------------------------------------------

    def rate(self, by):
        """The symbol ∂L/∂by, to stand for that derivative in the line of another."""
        self._known(by)
        return rate(self.L, by)

    def _known(self, by):
        if by not in self._users:
            raise ValueError(f"by: {by} is no weight, bias, input, z or a of this network")

    @cached_property
    def _users(self):
        """For each quantity those that are computed from it directly."""
        users = {name: [] for name in (*self.X, *self.parameters, *self.definitions) if name != self.L}
        for name, definition in self.definitions.items():
            for used in definition.free_symbols:
                if used in users:
                    users[used].append(name)
        return users

    def slope(self, of, by):
        """The slope of one quantity by another it is computed from directly, as ∂z/∂w = a; the others held.

        Exponentials and σ′ of the output layer are written by the outputs themselves: ∂a_1/∂z_1 = a_1 (1 − a_1).
        """
        key = of, by
        if key not in self._slopes:
            derived = sp.diff(self.definitions[of], by)
            self._slopes[key] = self._by_outputs(derived, by) if by in self.Z[-1] else derived
        return self._slopes[key]

    def _by_outputs(self, derived, z):
        """The slope of an output by the outputs: e^z is a·T with T the sum of all of them, σ′ is a (1 − a)."""
        i = list(self.Z[-1]).index(z) // self.sizes[-1]
        row, outputs = self.Z[-1].row(i), self.A[-1].row(i)
        if self.output == "softmax":
            total = sp.Dummy("T", positive=True)
            in_outputs = {one: sp.log(a * total) for one, a in zip(row, outputs)}  # so that every e^z becomes a·T
            return sp.factor(sp.expand(derived.xreplace({sum(map(sp.exp, row)): total}).subs(in_outputs)))
        return derived.replace(Sigmoid.slope, Sigmoid.slope.rule).xreplace(
            {Sigmoid(one): a for one, a in zip(row, outputs)})

    def gradient(self, by, form="named"):
        """∂L/∂by, for any weight, bias, input, pre-activation z or activation a.

        Parameters
        ----------
        by : Symbol
        form : {"named", "forward", "expanded"}
            "named": one link of the chain rule, the derivatives further on as symbols ∂L/∂z; at the last z, where loss
            and output activation are taken together, in outputs and targets. "forward": those symbols put in, so that
            only quantities of the forward pass are left. "expanded": `sympy.diff` of the whole composite function, the
            other way of getting there.

        Returns
        -------
        Expr

        Raises
        ------
        ValueError
            For a symbol that the loss does not depend on, or an unknown form.
        """
        self._known(by)
        if form == "expanded":
            free = () if by not in self.definitions else self._layer_of(by)
            return sp.diff(self.values(free)[self.L], by)
        if form not in ("named", "forward"):
            raise ValueError(f"form: got {form!r}, expected 'named', 'forward' or 'expanded'")
        if (by, form) not in self._gradients:
            self._gradients[by, form] = self._gradient(by, form)
        return self._gradients[by, form]

    def _gradient(self, by, form):
        if by in self.Z[-1]:
            return self._at_the_end(by)
        total = sp.Integer(0)
        for user in self._users[by]:
            upstream = 1 if user == self.L else self.rate(user) if form == "named" else self.gradient(user, form)
            total += upstream * self.slope(user, by)
        return total

    def _at_the_end(self, z):
        """∂L/∂z at the last layer: contributions by way of every output, added; then simplified where they cancel."""
        total = sp.sympify(sum(self.slope(self.L, a) * self.slope(a, z) for a in self._users[z]))
        if self.loss_name == "mse":
            return total
        if self.loss_name == "cross_entropy":  # targets add up to 1: write another one by the rest
            row = self.Y.row(list(self.Z[-1]).index(z) // self.sizes[-1])
            other = row[-1] if row[-1] != row[list(self.Z[-1]).index(z) % self.sizes[-1]] else row[0]
            total = sp.expand(total).subs(other, 1 - sum(y for y in row if y != other))
        return sp.factor(sp.expand(sp.cancel(total) if self.output == "sigmoid" else total))

    def _layer_of(self, by):
        return next(set(layer) for layers in (self.Z[1:], self.A) for layer in layers if by in layer)

    def backward(self, layer=None):
        """The backward pass as named equations, ∂L/∂z, ∂L/∂w, ∂L/∂b and ∂L/∂a, one link of the chain rule each.

        Parameters
        ----------
        layer : int, optional
            Only this layer, from 1 to L, with the derivatives by what came into it; None gives all, the last first.

        Returns
        -------
        Equations
        """
        if layer is None:
            return Equations(pair for at in range(self.depth, 0, -1) for pair in self.backward(at))
        self._check_layer(layer)
        names = (*self.Z[layer], *self.weights[layer - 1], *self.biases[layer - 1], *self.A[layer - 1])
        return Equations((self.rate(name), self.gradient(name)) for name in names)

    def derivation(self, by):
        """∂L/∂by step by step: the chain rule, the slopes it needs, and the derivatives further on, layer by layer.

        Returns
        -------
        Derivation
            Its last line holds quantities of the forward pass only.
        """
        self._known(by)
        if by in self.Z[-1] or by in self.A[-1]:
            return self._last_derivation(by)
        users = self._users[by]
        given = {self.rate(user): self.gradient(user, "forward") for user in users}
        given |= {rate(user, by): self.slope(user, by) for user in users}
        chain = [sp.Mul(self.rate(user), rate(user, by), evaluate=False) for user in users]
        done = Derivation(sp.Add(*chain, evaluate=False) if len(chain) > 1 else chain[0], of=self.rate(by), given=given)
        line = self.gradient(by)
        done.step("the slopes", line)
        while rates := {name: further for name, further in self._rates.items() if name in line.free_symbols}:
            done.given.update({name: self.gradient(further, "forward") for name, further in self._rates.items()})
            line = line.xreplace({name: self.gradient(further) for name, further in rates.items()})
            further = next(iter(rates.values()))
            name = latex(further).split("_{")[0]
            done.step(rf"put in $\partial L / \partial {name}$", line)
        return done

    @cached_property
    def _rates(self):
        return {self.rate(name): name for name in self.definitions if name != self.L}

    def _last_derivation(self, by):
        if by not in self.Z[-1]:
            return Derivation(sp.Derivative(self.loss, by), of=self.rate(by)).step("the slope of the loss",
                                                                                   self.gradient(by))
        outputs = self._users[by]
        if not outputs:  # softmax of one number is 1, whatever the number
            return Derivation(sp.Integer(0), of=self.rate(by))
        given = {self.rate(a): self.slope(self.L, a) for a in outputs}
        given |= {rate(a, by): self.slope(a, by) for a in outputs}
        chain = [sp.Mul(self.rate(a), rate(a, by), evaluate=False) for a in outputs]
        done = Derivation(sp.Add(*chain, evaluate=False) if len(chain) > 1 else chain[0], of=self.rate(by), given=given)
        slopes = [sp.Mul(self.slope(self.L, a), self.slope(a, by), evaluate=False) for a in outputs]
        done.step("the slopes", sp.Add(*slopes, evaluate=False) if len(slopes) > 1 else slopes[0])
        words = "the targets add up to 1" if self.constraints else "simplify"
        return done.step(words, self.gradient(by), given=self.constraints)

    # -- matrices ----------------------------------------------------------------------------------------------------

    def matrix_form(self):
        """The backward pass as matrix products, a `MatrixForm`; see `matrixform.matrix_form`."""
        return matrixform.matrix_form(self)

    def prove(self, form=None):
        """Show by algebra that each entry of the matrix form is the derivative it claims to be; see `matrixform.prove`.

        Returns how many entries of each matrix were shown; raises a ValueError that names the first that was not.
        """
        return matrixform.prove(self, form)

    def recognise(self, what, layer):
        """Single derivatives seen to be one product of matrices, a `Derivation`; see `matrixform.recognise`."""
        return matrixform.recognise(self, what, layer)

    # -- numbers -----------------------------------------------------------------------------------------------------

    def evaluate(self, expressions, X, Y, weights, biases):
        """Numbers for expressions in this network's symbols.

        Parameters
        ----------
        expressions : Expr, Matrix or list of Expr
            In any of the network's symbols, forward quantities too; those are computed first.
        X, Y : array (examples, inputs), (examples, outputs)
            Y as numbers, one-hot after softmax.
        weights, biases : list of array
            As in `mlp_core.MLP`. Moderate numbers: softmax is evaluated as it is read.

        Returns
        -------
        array
            With the shape of a Matrix, of a list (one axis), or of a single number.

        Raises
        ------
        ValueError
            If an array has another shape than its symbols.
        """
        known = {}
        groups = [("X", self.X, X), ("Y", self.Y, Y)]
        groups += [(f"weights[{at}]", W, array) for at, (W, array) in enumerate(zip(self.weights, weights))]
        groups += [(f"biases[{at}]", b, np.atleast_2d(array)) for at, (b, array) in enumerate(zip(self.biases, biases))]
        if len(weights) != self.depth or len(biases) != self.depth:
            raise ValueError(f"weights, biases: got {len(weights)} and {len(biases)} arrays, expected {self.depth}")
        for name, symbols, array in groups:
            array = np.asarray(array, dtype=np.float64)
            if array.shape != symbols.shape:
                raise ValueError(f"{name}: got shape {array.shape}, expected {symbols.shape}")
            known |= dict(zip(symbols, array.ravel().tolist()))
        forward = self._forward_function(*known.values())
        known |= dict(zip(self.definitions, forward))
        matrix = isinstance(expressions, sp.MatrixBase)
        listed = list(expressions) if matrix or isinstance(expressions, (list, tuple)) else [expressions]
        numbers = np.array(numpy_function(list(known), expanded(listed, stable=True))(*known.values()), dtype=float)
        return numbers.reshape(expressions.shape if matrix else (len(listed),) if listed is not expressions
                               and isinstance(expressions, (list, tuple)) else ())

    @cached_property
    def _forward_function(self):
        base = [*self.X, *self.Y, *(e for W in self.weights for e in W), *(e for b in self.biases for e in b)]
        values = self.values()
        return numpy_function(base, [expanded(values[name], stable=True) for name in self.definitions])

    def __repr__(self):
        return (f"SymbolicNetwork({list(self.sizes)}, hidden={self.hidden!r}, output={self.output!r}, "
                f"loss={self.loss_name!r}, examples={self.examples})")
