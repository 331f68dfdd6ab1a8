"""The formulas of the book, each written once in SymPy.

What stands here is derived, never copied from the NumPy rooms: `mlp_core.network` is a second, independent writing
of the same mathematics, and `mlp_core.gradcheck` compares the two.

- `ACTIVATIONS`: each activation and its slope, as expressions in one symbol.
- `output_loss`: the loss of one example as an expression in its logits and targets.
- `layerwise_gradients`: the gradients of a whole network, derived one layer at a time.
- `UpdateRule` and the rules `gradient_descent`, `momentum`, `nesterov`, `rmsprop`, `adam`.
- `numpy_function`: an expression as a NumPy function.
"""

from .activations import ACTIVATIONS, Activation
from .evaluate import numpy_function
from .layerwise import layerwise_gradients
from .losses import OutputLoss, output_loss
from .updates import RULES, UpdateRule, adam, gradient_descent, momentum, nesterov, rmsprop

__all__ = [
    "ACTIVATIONS", "RULES", "Activation", "OutputLoss", "UpdateRule", "adam", "gradient_descent",
    "layerwise_gradients", "momentum", "nesterov", "numpy_function", "output_loss", "rmsprop",
]
