"""Training: forward, loss, backward, update, again. Chapter 5 names the five steps, chapter 9 writes this
loop out.
"""

import contextlib
import math

import numpy as np

from . import _validate, losses
from .arrays import NARROW
from .history import DivergedError, History
from .network import MLP, Gradients, Trace
from .optimizers import Optimizer

__all__ = ["DivergedError", "History", "train"]


def train(net, X, Y, optimizer, epochs=100, batch_size=None, seed=0, validation=None, patience=None,
          progress=False, callback=None):
    """Fit a network to examples.

    Parameters
    ----------
    net : MLP
        Changed in place.
    X : array (n, d)
        Best in the network's dtype: else a copy is made, once.
    Y : array
        Targets as in `MLP.loss`.
    optimizer : Optimizer
        For instance `GradientDescent(lr=0.1)`. It starts afresh: its memory of earlier runs is dropped.
    epochs : int
        At most so many times through all examples.
    batch_size : int or None
        Examples an update; the last batch of an epoch may be smaller. None takes all n at once. Examples are
        shuffled before each epoch, one by one and not batch by batch, unless a batch holds them all.
    seed : int
        Decides the shuffles: same network, data, settings and seed, same bits.
    validation : (array, array) or None
        Held-out X and Y, on which loss and accuracy are taken after each epoch.
    patience : int or None
        Early stopping: end once the validation loss has not fallen for so many epochs, and, however the run
        ends, put back the parameters of the best epoch. Needs validation.
    progress : bool
        Show a progress bar (tqdm).
    callback : callable or None
        `callback(epoch, net, history)` after each epoch, counted from 0; training ends if it returns True. It
        may change `optimizer.lr`, or let the rule forget its steps by `optimizer.reset()`, or change the network's
        numbers.

    Returns
    -------
    History

    Raises
    ------
    DivergedError
        If the loss before an update, a parameter or the optimizer's memory is no longer finite (or the squares of
        a step no longer sum to a finite number). The network is left with the last finite parameters, or with
        `patience` with those of the best epoch.
    TypeError, ValueError
        For bad input, before anything is changed; and if a callback gives the optimizer to another run, or leaves
        numbers in the network that are not finite.
    """
    if not isinstance(net, MLP):
        raise TypeError(f"net: expected an MLP, got {_validate.shown(net)} ({type(net).__name__})")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer: expected one, as GradientDescent(lr=0.1), got {_validate.shown(optimizer)}")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback: expected a function or None, got {_validate.shown(callback)}")
    X, Y = _examples(net, X, Y)
    epochs = _validate.integer("epochs", epochs, 1)
    batch_size = len(X) if batch_size is None else min(_validate.integer("batch_size", batch_size, 1), len(X))
    rng = np.random.default_rng(_validate.integer("seed", seed, 0))
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise TypeError(f"validation: expected a pair (X, Y), got {_validate.shown(validation)}")
        validation = _examples(net, *validation, "validation X", "validation Y")
    if patience is not None:
        patience = _validate.integer("patience", patience, 1)
        if validation is None:
            raise ValueError("patience: expected validation examples to go with it, got validation=None")
    progress = _validate.flag("progress", progress)
    optimizer.start(net.theta)
    run = _Run(net, X, Y, optimizer, batch_size, rng)
    return run.all_epochs(epochs, validation, patience, callback, progress)


def _examples(net, X, Y, X_name="X", Y_name="Y"):
    """X in the network's dtype, and Y as labels (n,) or as numbers (n, k)."""
    X = _validate.matrix(X_name, X, net.sizes[0], net.dtype)
    return X, losses.labels_or_targets(Y, len(X), net.sizes[-1], net.output, net.loss_name, net.dtype, Y_name)


class _Batch:
    """Everything that a step on as many examples as X has rows writes to, made once."""

    def __init__(self, net, X):
        self.trace = Trace(X, net.sizes, keep_Z=False)
        self.T = np.empty_like(self.trace.output)
        self.gradients = Gradients(self.trace, net.sizes)
        narrow = net.sizes[-1] <= NARROW
        self.identity = np.eye(net.sizes[-1], dtype=net.dtype) if narrow else None

    def head(self, n):
        """A batch of the first n rows, in the same memory."""
        part = object.__new__(_Batch)
        part.identity, part.T = self.identity, self.T[:n]
        part.trace, part.gradients = self.trace.head(n), self.gradients.head(n)
        return part

    def hold(self, X, Y):
        """Take X itself for the inputs, without a copy, and Y for the targets."""
        self.trace.A[0] = X
        self.T = losses.one_hot(Y, self.T.shape[1], self.T.dtype) if Y.ndim == 1 else Y
        return self

    def fill(self, X, Y, rows):
        """Gather rows of X and Y; labels become one-hot."""
        # No row is out of range: "clip" only spares NumPy a copy.
        X.take(rows, 0, self.trace.A[0], "clip")
        if Y.ndim == 2:
            Y.take(rows, 0, self.T, "clip")
        elif self.identity is not None:
            self.identity.take(Y[rows], 1, self.T.T, "clip")  # T of narrow networks lies column by column
        else:
            self.T[:] = losses.one_hot(Y[rows], self.T.shape[1], self.T.dtype)


class _Run:
    """One call of `train`: what stays the same from step to step."""

    def __init__(self, net, X, Y, optimizer, batch_size, rng):
        self.net, self.X, self.Y, self.optimizer, self.rng = net, X, Y, optimizer, rng
        self.batch_size, self.order, self.history = batch_size, np.arange(len(X)), History()
        self.whole, self.started, self.overflown = batch_size == len(X), optimizer._kind, False
        if self.whole:
            self.batch = _Batch(net, X).hold(X, Y)
        else:
            self.batch = _Batch(net, np.empty((batch_size, net.sizes[0]), net.dtype))
            self.rest = self.batch.head(len(X) % batch_size)

    def all_epochs(self, epochs, validation, patience, callback, progress):
        history, best, best_theta = self.history, math.inf, None
        try:
            with _counter(epochs, progress) as counter:
                for epoch in counter:
                    history._loss.append(self.one_epoch(epoch))
                    if validation is not None and self.validate(*validation) < best:
                        best, history.best_epoch = history._validation_loss[-1], epoch
                        best_theta = self.net.theta.copy() if patience else None
                    if progress:
                        counter.set_postfix(loss=f"{history._loss[-1]:.4g}")
                    answer = None
                    if callback is not None:
                        answer = callback(epoch, self.net, history)
                        _validate.finite("net.theta after the callback", self.net.theta, self.net.dtype)
                    if isinstance(answer, (bool, np.bool_)) and answer:
                        history.stopped = "callback"
                        break
                    if patience and epoch - (history.best_epoch or 0) >= patience:
                        history.stopped = "patience"
                        break
                else:
                    history.stopped = "epochs"
        finally:
            if best_theta is not None:
                self.net.theta[:] = best_theta
        return history

    def one_epoch(self, epoch):
        """Every example once; the mean loss."""
        n, mean = len(self.X), 0.0
        if self.optimizer._kind is not self.started:
            self.start_again()
        if not self.whole:
            self.rng.shuffle(self.order)
        with np.errstate(over="call", call=self.overflow, invalid="ignore", divide="ignore"):
            for start in range(0, n, self.batch_size):
                rows = self.order[start:start + self.batch_size]
                mean += (self.one_step(rows, epoch) - mean) * (len(rows) / (start + len(rows)))
        return mean

    def start_again(self):
        """Begin anew with a rule that a callback has reset; refuse one that has gone elsewhere."""
        rule, theta = self.optimizer, self.net.theta
        if rule._kind is None:
            rule.start(theta)
        elif rule.steps or rule._kind != (theta.shape, theta.dtype):
            raise ValueError(f"optimizer: expected one for this run alone, got {rule!r}, which a callback has started "
                             "on something else; give each run a rule of its own")
        self.started = rule._kind

    def one_step(self, rows, epoch):
        """One batch forward and back, and one update; the loss before it."""
        net = self.net
        batch = self.batch if len(rows) == self.batch_size else self.rest
        if not self.whole:
            batch.fill(self.X, self.Y, rows)
        net._forward(batch.trace)
        loss = net._loss(batch.trace, batch.T)
        net._backward(batch.trace, batch.T, batch.gradients)
        move = self.optimizer._move(batch.gradients.theta)
        # A single infinite or NaN entry makes the dot product infinite or NaN, too. Then θ is left as it is.
        finite = math.isfinite(loss) and math.isfinite(np.dot(move, move))
        if not finite or (self.overflown and self.memory_is_lost()):
            self.history.stopped = "diverged"
            raise DivergedError(epoch, self.optimizer.lr, self.history)
        theta = net.theta
        theta += move
        return loss

    def overflow(self, *_):
        """NumPy calls this where a number leaves the floats, so that no step has to look for it."""
        self.overflown = True

    def memory_is_lost(self):
        """Whether a mean of squares is infinite: θ would stand still there from now on, and nothing else show it."""
        self.overflown = False
        return not all(_validate.all_finite(np.asarray(memory)) for memory in self.optimizer.state.values())

    def validate(self, X, Y):
        """Loss and accuracy on held-out examples, a batch at a time, so that no more memory is needed."""
        loss = accuracy = 0.0
        for start in range(0, len(X), self.batch_size):
            stop = min(start + self.batch_size, len(X))
            batch = self.batch.head(stop - start).hold(X[start:stop], Y[start:stop])
            share = (stop - start) / len(X)
            with np.errstate(over="ignore", invalid="ignore"):
                self.net._forward(batch.trace)
                loss += share * self.net._loss(batch.trace, batch.T)
            if self.net.output != "linear":
                accuracy += share * self.net._accuracy(batch.trace, batch.T)
        self.history._validation_loss.append(loss)
        if self.net.output != "linear":
            self.history._validation_accuracy.append(accuracy)
        return loss


def _counter(epochs, progress):
    """The numbers of the epochs, with a progress bar round them if asked for."""
    if not progress:
        return contextlib.nullcontext(range(epochs))
    from tqdm.auto import tqdm  # loaded only by those who want to see it

    return tqdm(range(epochs), desc="training", unit="epoch")
