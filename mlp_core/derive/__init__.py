"""The formulas of the book, each written once in SymPy.

What stands here is derived, never copied from the NumPy rooms: `mlp_core.network` is a second, independent writing
of the same mathematics, and `mlp_core.gradcheck` compares the two.

- `ACTIVATIONS`: each activation and its slope, as expressions in one symbol.
- `output_loss`: the loss of one example as an expression in its logits and targets.
- `layerwise_gradients`: the gradients of a whole network, derived one layer at a time.
- `UpdateRule` and the rules `gradient_descent`, `momentum`, `nesterov`, `rmsprop`, `adam`.
- `numpy_function`: an expression as a NumPy function.
- `ReLU`, `LeakyReLU`, `Sigmoid`, `Tanh`, `Softplus`: activations that keep their names, f(z) and f′(z); `activation`
  finds them by name, `expanded` opens them, `in_own_terms` writes σ′ as σ(1 − σ).
- `latex`, `symbol`, `rate`: the book's LaTeX, its symbols w^{(ℓ)}_{jk}, and ∂L/∂w as a symbol.
- `Derivation`: lines that are checked to be equal, each with the rule that was used; `check_equal` and `NotEqual`.
- `chain_rule`: the derivative of a composite function, factor by factor; `contributions_add` for an input used twice.
- `SymbolicNetwork`: forward pass, loss and every gradient in symbols; the matrix form, recognised and proved.
- `activation_slope`, `softmax_cross_entropy`, `sigmoid_cross_entropy`: derivations that chapters walk through.
- `derive.typed` reads and writes formulas as a reader types them, `derive.reading` the LaTeX that a page prints.
- `hessian`, `gradient_descent_threshold`, `momentum_threshold`, `largest_curvature`, `step_matrix`, `stability`,
  `momentum_polynomial`, `momentum_border`: second derivatives and how large a learning rate may be.
"""

from .activations import ACTIVATIONS, Activation
from .chain import Chain, chain_rule, contributions_add
from .curvature import (
    gradient_descent_threshold,
    hessian,
    largest_curvature,
    momentum_border,
    momentum_polynomial,
    momentum_threshold,
    stability,
    step_matrix,
)
from .derivation import Derivation, Equations, Step
from .equality import NotEqual, check_equal
from .evaluate import numpy_function
from .functions import LeakyReLU, ReLU, Sigmoid, Softplus, Tanh, activation, expanded, in_own_terms
from .layerwise import layerwise_gradients
from .losses import OutputLoss, output_loss
from .matrixform import MatrixForm
from .network import SymbolicNetwork
from .notation import latex, rate, symbol
from .updates import RULES, UpdateRule, adam, gradient_descent, momentum, nesterov, rmsprop
from .worked import activation_slope, sigmoid_cross_entropy, softmax_cross_entropy

__all__ = [
    "ACTIVATIONS", "RULES", "Activation", "Chain", "Derivation", "Equations", "LeakyReLU", "MatrixForm", "NotEqual",
    "OutputLoss", "ReLU", "Sigmoid", "Softplus", "Step", "SymbolicNetwork", "Tanh", "UpdateRule", "activation",
    "activation_slope", "adam", "chain_rule", "check_equal", "contributions_add", "expanded", "gradient_descent",
    "gradient_descent_threshold", "hessian", "in_own_terms", "largest_curvature", "latex", "layerwise_gradients",
    "momentum", "momentum_border", "momentum_polynomial", "momentum_threshold", "nesterov", "numpy_function",
    "output_loss", "rate", "rmsprop", "sigmoid_cross_entropy", "softmax_cross_entropy", "stability", "step_matrix",
    "symbol",
]
