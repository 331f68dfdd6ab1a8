"""Exercises that answer back: how is this gradient wrong?

    from mlp_core import exercises
    task = exercises.activation("tanh")
    exercises.check(task, lambda z: 1 - z**2)     # Not yet. … Hint: …

- `scalar`, `activation`, `loss`, `layer`, `network`, `update`: the exercises. Their truth is derived by SymPy.
- `check(task, answer)`, or `task.check(answer)`: a `Verdict` on a function, an array or a formula. It says whether the
  answer is right, and if not which mistakes would give just these numbers: `.hint` first, `.explain()` on request, and
  `.answer()` only if asked.
- `seeded(make, seed)`: an exercise with numbers of one's own; `key(make, seeds)`: the answers for a whole class.
- `exercises.selfcheck` and `exercises.choosing` make the questions that a published page judges without Python.
"""

from .judging import check
from .layers import layer, loss
from .networks import network
from .scalars import activation, scalar
from .seeding import FAMILIES, Draw, Key, key, seeded
from .task import Case, Task
from .updating import update
from .verdict import Diagnosis, Verdict

__all__ = ["FAMILIES", "Case", "Diagnosis", "Draw", "Key", "Task", "Verdict", "activation", "check", "key", "layer",
           "loss", "network", "scalar", "seeded", "update"]
