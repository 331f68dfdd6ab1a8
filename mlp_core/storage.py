"""Networks in files: `.npz`, which is a zip of plain arrays, read without pickle, so nothing in it can run.
"""

import os
import shutil
import warnings
import zipfile

import numpy as np

from . import _validate
from .arrays import count

MARK = "mlp_core network 1"
TEXTS = ("mark", "hidden", "output", "loss", "dtype")


def save(net, path):
    """Write a network to `path`: to a neighbour first, so that a crash leaves no half file."""
    path = _path(path)
    _validate.finite("theta", net.theta, net.dtype)  # or `load` would refuse the file
    target = os.path.realpath(path)  # where a link leads: the link itself stays
    folder = os.path.dirname(target)
    if not os.path.basename(path) or os.path.isdir(target):
        raise ValueError(f"path: expected a file, got the folder {_validate.shown(path)}")
    if not os.path.isdir(folder):
        raise ValueError(f"path: expected a file in a folder that exists, got {_validate.shown(path)}")
    if os.path.lexists(target) and not os.path.isfile(target):
        raise ValueError(f"path: expected a new or a regular file, got {_validate.shown(path)}, which is neither")
    draft = os.path.join(folder, f".{os.urandom(8).hex()}.part")
    try:
        with open(draft, "xb") as file:
            np.savez(file, mark=MARK, sizes=np.array(net.sizes), hidden=net.hidden, output=net.output,
                     loss=net.loss_name, dtype=net.dtype.name, weight_decay=net.weight_decay, theta=net.theta)
        if os.path.exists(target):  # whoever could not read the old file cannot read the new one
            shutil.copymode(target, draft)
        os.replace(draft, target)
    except OSError as error:
        got = f"{_validate.shown(path)}: {error.strerror}"
        raise ValueError(f"path: expected a file that can be written, got {got}") from error
    finally:
        if os.path.exists(draft):
            os.remove(draft)


def load(cls, path):
    """Read a network of class `cls` from `path`. Anything but a whole file that `save` wrote is a
    `ValueError`.
    """
    path = _path(path)
    try:
        net = _read(cls, path)
    except Exception as error:  # zip, decompressors and NumPy raise a dozen kinds for a file that is damaged
        reason = str(error.args[0] if isinstance(error, KeyError) else error)
        reason = "no such file" if isinstance(error, FileNotFoundError) else reason
        raise ValueError("path: expected a network written by MLP.save, got "
                         f"{_validate.shown(path)}: {reason[:200] or type(error).__name__}") from None
    return net


def _read(cls, path):
    if os.path.exists(path) and not os.path.isfile(path):
        raise ValueError("it is not a regular file")  # a pipe would be waited for, a device be read for ever
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's, of headers that it has to guess at
        with open(path, "rb") as file:
            if not zipfile.is_zipfile(file):  # NumPy would call it a pickle
                raise ValueError("it is no .npz file")
            file.seek(0)
            with np.load(file, allow_pickle=False) as stored:
                parts = {name: stored[name] for name in (*TEXTS, "sizes", "weight_decay", "theta")}
    texts = {name: parts[name].item() for name in TEXTS}
    if texts.pop("mark") != MARK:
        raise ValueError("it was not written by this version of mlp_core")
    sizes, theta = parts["sizes"].tolist(), parts["theta"]
    if theta.shape != (count(sizes),) or theta.dtype != texts["dtype"]:  # before any memory is asked for
        raise ValueError(f"its parameters are {theta.dtype} of shape {theta.shape}, not as its settings say")
    net = cls(sizes, weight_decay=parts["weight_decay"].item(), **texts)
    net.theta = theta
    return net


def _path(path):
    """`path` as text that may be the name of a file."""
    try:
        path = os.fsdecode(path)
        usable = path and b"\0" not in os.fsencode(path)
    except TypeError:
        kind = type(path).__name__
        raise TypeError(f"path: expected a file name, got {_validate.shown(path)} ({kind})") from None
    except UnicodeError:
        usable = False
    if not usable:
        raise ValueError(f"path: expected a file name, got {_validate.shown(path)}")
    return path
