"""A multilayer perceptron that is meant to be read: the package under the book.

Importing it loads NumPy and nothing else. Examples are rows everywhere: X is (n, d) and a layer computes X @
W + b.
"""

from . import data, gradcheck
from .network import MLP, Gradients, Trace
from .optimizers import Adam, GradientDescent, Momentum, Nesterov, RMSProp
from .training import DivergedError, History, train

__version__ = "0.1.0"

__all__ = [
    "MLP", "Adam", "DivergedError", "GradientDescent", "Gradients", "History", "Momentum", "Nesterov",
    "RMSProp", "Trace", "data", "gradcheck", "train",
]
