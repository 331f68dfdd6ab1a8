"""What a training run leaves behind: its history, or the error that says where it went out of bounds."""

import numpy as np


class DivergedError(ArithmeticError):
    """A loss, a parameter or the memory of an optimizer left the finite numbers.

    Attributes
    ----------
    epoch : int
        The epoch in which that happened, counted from 0: `history.loss` ends just before it.
    lr : float
        The learning rate at the time.
    history : History
        Up to the last whole epoch.
    """

    def __init__(self, epoch, lr, history):
        super().__init__(f"training diverged in epoch {epoch} (counted from 0) with learning rate {lr:g}: the "
                         "loss, a parameter or the optimizer's memory is no longer finite. The network holds "
                         "its last finite parameters (with patience, those of the best epoch). Try a smaller lr.")
        self.epoch, self.lr, self.history = epoch, lr, history

    def __reduce__(self):
        return type(self), (self.epoch, self.lr, self.history)


class History:
    """What happened during training, epoch by epoch.

    Attributes
    ----------
    loss : array (epochs,)
        The mean over the training examples, each taken when its batch came, before that batch's update. With
        one batch an epoch, loss[e] is exactly the loss before the update of epoch e.
    validation_loss : array (epochs,)
        The loss on the validation examples after epoch e; empty without validation.
    validation_accuracy : array (epochs,)
        The share of right answers there, likewise; empty for linear outputs.
    best_epoch : int or None
        The epoch with the smallest validation loss.
    stopped : str or None
        What ended it: "epochs" (all done), "patience", "callback" or "diverged"; None while it runs, and where an
        error in a callback or a key of the reader's broke it off.
    """

    def __init__(self):
        self._loss, self._validation_loss, self._validation_accuracy = [], [], []
        self.stopped = self.best_epoch = None

    @property
    def loss(self):
        """The training loss of every whole epoch so far, as a new array."""
        return np.array(self._loss)

    @property
    def validation_loss(self):
        """The loss on the validation examples after every epoch, as a new array; empty without them."""
        return np.array(self._validation_loss)

    @property
    def validation_accuracy(self):
        """The share of right answers on the validation examples after every epoch, as a new array."""
        return np.array(self._validation_accuracy)

    @property
    def epochs(self):
        """How many whole epochs were trained."""
        return len(self._loss)

    def __repr__(self):
        last = f", last loss {self._loss[-1]:.4g}" if self._loss else ""
        ended = f"stopped by {self.stopped!r}" if self.stopped else "not at its end"
        return f"History({self.epochs} epochs{last}, {ended})"
