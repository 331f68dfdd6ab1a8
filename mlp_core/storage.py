"""Networks in files: `.npz`, which is a zip of plain arrays, read without pickle, so nothing in it can run.
"""

import os

import numpy as np

from . import _validate
from .arrays import count

MARK = "mlp_core network 1"
TEXTS = ("mark", "hidden", "output", "loss", "dtype")


def save(net, path):
    """Write a network to `path`: to a neighbour first, so that a crash leaves no half file."""
    path = _path(path)
    if not os.path.isdir(os.path.dirname(os.path.abspath(path))):
        raise ValueError(f"path: expected a file in a folder that exists, got {path!r}")
    if os.path.isdir(path):
        raise ValueError(f"path: expected a file, got the folder {path!r}")
    draft = f"{path}.{os.getpid()}.part"
    try:
        with open(draft, "wb") as file:
            np.savez(file, mark=MARK, sizes=np.array(net.sizes), hidden=net.hidden, output=net.output,
                     loss=net.loss_name, dtype=net.dtype.name, weight_decay=net.weight_decay, theta=net.theta)
        os.replace(draft, path)
    finally:
        if os.path.exists(draft):
            os.remove(draft)


def load(cls, path):
    """Read a network of class `cls` from `path`. Anything but a whole file that `save` wrote is a
    `ValueError`.
    """
    from zipfile import BadZipFile  # these two take as long to load as half the package
    from zlib import error as BadData

    path = _path(path)
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
            parts = {name: stored[name] for name in (*TEXTS, "sizes", "weight_decay", "theta")}
        texts = {name: parts[name].item() for name in TEXTS}
        if texts.pop("mark") != MARK:
            raise ValueError("it was not written by this version of mlp_core")
        sizes, theta = parts["sizes"].tolist(), parts["theta"]
        if theta.shape != (count(sizes),) or theta.dtype != texts["dtype"]:  # before any memory is asked for
            raise ValueError(f"its parameters are {theta.dtype} of shape {theta.shape}, not as its settings say")
        net = cls(sizes, weight_decay=parts["weight_decay"].item(), **texts)
        net.theta = theta
    except (OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, MemoryError, RuntimeError,
            NotImplementedError, BadZipFile, BadData) as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else str(error).strip("'\"")
        raise ValueError(f"path: expected a network written by MLP.save, got {path!r}: {reason}") from None
    return net


def _path(path):
    try:
        return os.fspath(path) if not isinstance(path, bytes) else os.fsdecode(path)
    except TypeError:
        kind = type(path).__name__
        raise TypeError(f"path: expected a file name, got {_validate.shown(path)} ({kind})") from None
