"""What the reader of "Watch the loss fall" can choose: each choice is a list of values, of which one stands chosen."""

from dataclasses import dataclass

from .train_twin import SETS

ACTIVATIONS = {"tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU", "sigmoid": "sigmoid", "softplus": "softplus"}
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


@dataclass(frozen=True)
class Choice:
    """One thing to choose.

    Attributes
    ----------
    key : str
        Its name in the address and in Python.
    label : str
        What it is, in words.
    values : tuple
        What can be chosen.
    shown : tuple of str
        The same as a reader sees it, with units.
    start : int
        Which value is chosen at first.
    slider : bool
        A slider, else a list.
    """

    key: str
    label: str
    values: tuple
    shown: tuple
    start: int
    slider: bool = True

    def index(self, value):
        """Where a value stands among the values.

        Raises
        ------
        ValueError
            If it is none of them.
        """
        if isinstance(value, bool) or value not in self.values:
            expected = ", ".join(map(str, self.values)) if len(self.values) < 25 else f"0 to {self.values[-1]}"
            raise ValueError(f"{self.key}: got {value!r}, expected one of {expected}")
        return self.values.index(value)


def _counted(n, one):
    return f"{n} {one}" if n == 1 else f"{n} {one}s"


def choices(sets, epochs, start):
    """Every choice of the figure, the epoch last.

    Parameters
    ----------
    sets : sequence of str
        Names from `train_twin.SETS`.
    epochs : int
        How many epochs a run has.
    start : dict of str to value
        What is chosen at first, where it is not the usual.
    """
    usual = {"data": sets[0], "layers": 2, "units": 8, "activation": "tanh", "lr": 0.2, "momentum": 0.9, "seed": 0,
             "epoch": epochs}
    unknown = set(start) - set(usual)
    if unknown:
        raise ValueError(f"start: got {', '.join(sorted(unknown))}, expected some of {', '.join(usual)}")
    momenta, units = tuple(round(0.05 * k, 2) or 0 for k in range(20)), tuple(range(1, 9))
    table = (
        ("data", "Data set", tuple(sets), tuple(SETS[name][0] for name in sets), False),
        ("layers", "Hidden layers", (1, 2), ("one", "two"), False),
        ("activation", "Activation", tuple(ACTIVATIONS), tuple(ACTIVATIONS.values()), False),
        ("units", "Layer size", units, tuple(_counted(n, "neuron") for n in units), True),
        ("lr", "Learning rate η", RATES, tuple(f"{rate:g}" for rate in RATES), True),
        ("momentum", "Momentum β", momenta, tuple(f"{value:.2f}" for value in momenta), True),
        ("seed", "Start", tuple(range(10)), tuple(f"seed {seed}" for seed in range(10)), True),
        ("epoch", "Epoch", tuple(range(epochs + 1)), tuple(f"{e} of {epochs} epochs" for e in range(epochs + 1)), True),
    )
    made = []
    for key, label, values, shown, slider in table:
        choice = Choice(key, label, values, shown, 0, slider)
        made.append(Choice(key, label, values, shown, choice.index({**usual, **start}[key]), slider))
    return tuple(made)
