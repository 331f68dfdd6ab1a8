"""Bad calls: each is refused with the argument's name, what was expected and what came, and nothing has changed."""

import inspect
import os
import pickle
import re
import zipfile

import numpy as np
import pytest

from mlp_core import (
    MLP,
    Adam,
    GradientDescent,
    History,
    Momentum,
    Nesterov,
    RMSProp,
    Trace,
    data,
    gradcheck,
    train,
)
from mlp_core.optimizers import Optimizer

NAN, INF = float("nan"), float("inf")
X = np.random.default_rng(0).normal(size=(6, 2))
Y = np.array([0, 1, 2, 0, 1, 2])
HOT = np.eye(3)[Y]
P = 2 * 4 + 4 + 4 * 3 + 3


NO_NUMBERS = [np.array(True), np.True_, np.array("0.1"), np.str_("0.1"), np.array(b"1"), b"1", bytearray(b"1"),
              np.timedelta64(1), np.array(1, "m8[s]"), np.datetime64("2020"), np.array(0.1, object), np.ma.masked,
              np.ma.array(0.1), np.array([0.1]), np.array(0.1j), np.complex64(0.5)]


def changed(array, index, value):
    array = array.copy()
    array[index] = value
    return array


BAD_X = {
    "one example without its row": X[0],
    "one column without its column": X[:, 0],
    "too few columns": X[:, :1],
    "too many columns": np.hstack([X, X]),
    "a stack of matrices": X[None],
    "a number": 1.5,
    "no examples": X[:0],
    "no columns": X[:, :0],
    "an empty list": [],
    "rows of different lengths": [[1, 2], [3]],
    "NaN": changed(X, (3, 1), NAN),
    "infinity": changed(X, (0, 0), -INF),
    "None": None,
    "text": "data",
    "numbers as text": X.astype(str),
    "objects": X.astype(object),
    "complex numbers": X.astype(complex),
    "dates": X.astype("datetime64[D]"),
    "a dictionary": {"x": 1},
    "a function": len,
    "a masked array": np.ma.masked_array(X, X > 0),
    "a list with a masked row": [*X[:5], np.ma.masked_array(X[5], [True, False])],
    "a list with a masked number": [*X[:5].tolist(), [1.0, np.ma.masked]],
    "a generator": (row for row in X),
}

BAD_LABELS = {
    "too few": Y[:5],
    "too many": np.tile(Y, 2),
    "a label too large": changed(Y, 2, 3),
    "a negative label": changed(Y, 2, -1),
    "a fractional label": changed(Y.astype(float), 1, 0.5),
    "NaN": changed(Y.astype(float), 1, NAN),
    "infinity": changed(Y.astype(float), 1, INF),
    "a number": 1,
    "a column of labels": Y[:, None],
    "one-hot with a column too few": HOT[:, :2],
    "one-hot with a column too many": np.hstack([HOT, HOT[:, :1]]),
    "one-hot of other examples": HOT[:4],
    "one-hot, transposed": HOT.T,
    "two ones in a row": changed(HOT, (0, 1), 1),
    "no one in a row": changed(HOT, (0, 0), 0),
    "probabilities": np.full((6, 3), 1 / 3),
    "one-hot with NaN": changed(HOT, (0, 1), NAN),
    "names": np.array(list("abcabc")),
    "objects": Y.astype(object),
    "complex labels": Y.astype(complex),
    "None": None,
    "nothing": [],
    "rows of different lengths": [[1, 0, 0], [1]],
}

BAD_BITS = {
    "a label 2": [0, 1, 2, 0, 1, 0],
    "a label −1": [0, 1, -1, 0, 1, 0],
    "half a label": [0, 1, 0.5, 0, 1, 0],
    "NaN": [0, 1, NAN, 0, 1, 0],
    "too few": [0, 1],
    "two columns": np.zeros((6, 2)),
    "a row": np.zeros((1, 6)),
    "text": list("010101"),
}

BAD_NUMBERS = {
    "NaN": changed(np.zeros(6), 0, NAN),
    "infinity": changed(np.zeros(6), 0, INF),
    "too many": np.zeros(7),
    "two columns": np.zeros((6, 2)),
    "text": list("010101"),
    "None": None,
}


class PathLike:
    """As `os.PathLike` allows, of bytes too; here of anything."""

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return f"PathLike({self.path!r})"


def broken(net, number=NAN):
    net.weights[1][2, 0] = number
    return net


def moved(rule):
    rule.step(np.array([1.0, 2.0]), np.array([0.1, 0.2]))
    return rule


class Shy:
    def __repr__(self):
        raise RuntimeError("no")


def pipe(path):
    os.mkfifo(path)
    return path


def link(path, target):
    path.symlink_to(target)
    return path


def settings_of_a_network():
    net_arguments = {
        "sizes": [None, 3, "234", [], [2], [2, 0], [2, -3, 3], [2, 2.5, 3], [2, "4", 3], [2, NAN], [2, True], [[2, 3]],
                  [2, None, 3], {2, 3}, {2: 3, 3: 1}, [2, 4, [3]], [[2, 3], [3]], np.array(3), np.ones((2, 2), int),
                  [2, 10**30, 3], [10**7, 10**7], [2**40, 2**40]],
        "hidden": ["rleu", "ReLU", "", None, 3, ["relu"], "softmax"],
        "output": ["softmaxx", "relu", None, 1],
        "loss": ["crossentropy", "mae", 1, "binary_cross_entropy"],
        "seed": [-1, 1.5, "0", None, True, NAN, [1]],
        "dtype": [np.int64, np.float16, "float33", complex, object, None, 5, np.longdouble, ">f4"],
        "init": ["xavier", "He", 1],
        "weight_decay": [-0.1, NAN, INF, "0.1", None, True, [0.1], 1j],
    }
    for argument, values in net_arguments.items():
        for value in values:
            settings = {"sizes": [2, 4, 3]} | {argument: value}
            yield f"MLP({argument}={value!r})", argument, lambda net, folder, s=settings: MLP(**s)
    yield "a layer of 5,000 digits", "sizes", lambda net, folder: MLP([2, 10**5000, 3])


def examples_and_targets():
    for what, bad in BAD_X.items():
        for call in (lambda net, folder, x: net.forward(x), lambda net, folder, x: train(net, x, Y, Adam())):
            yield f"X {what}", "X", lambda net, folder, x=bad, call=call: call(net, folder, x)
    for name, call in {"loss": lambda net, x: net.loss(x, Y), "predict": lambda net, x: net.predict(x),
                       "accuracy": lambda net, x: net.accuracy(x, Y), "check": lambda net, x: gradcheck.check(net, x, Y)
                       }.items():
        yield f"{name} with NaN in X", "X", lambda net, folder, call=call: call(net, BAD_X["NaN"])
    for what, bad in BAD_LABELS.items():
        yield f"backward, Y {what}", "Y", lambda net, folder, y=bad: net.backward(net.forward(X), y)
        yield f"train, Y {what}", "Y", lambda net, folder, y=bad: train(net, X, y, GradientDescent(0.1))
    for what, bad in BAD_BITS.items():
        yield f"bits, {what}", "Y", lambda net, folder, y=bad: MLP([2, 1], output="sigmoid").loss(X, y)
    for what, bad in BAD_NUMBERS.items():
        yield f"values, {what}", "Y", lambda net, folder, y=bad: MLP([2, 1], output="linear").loss(X, y)
    for dtype in ("f4", "f8"):
        yield f"bits near 0 in {dtype}", "Y", lambda net, folder, d=dtype: MLP([2, 1], output="sigmoid", dtype=d).loss(
            X, [1e-60, 0, 0, 1, 1, 1])
        for off in (1e-60, 1 - 1e-12):
            yield f"one-hot with {off} in {dtype}", "Y", lambda net, folder, d=dtype, off=off: (
                MLP([2, 3], dtype=d).loss(X, changed(HOT, (4, int(off + 0.5)), off)))
    yield "huge for float32", "X", lambda net, folder: MLP([2, 3], dtype="float32").forward(X * 1e300)
    yield "huge Y for float32", "Y", lambda net, folder: MLP([2, 1], output="linear", dtype="float32").loss(
        X, np.full(6, 1e300))
    yield "accuracy of a regression", "accuracy", lambda net, folder: MLP([2, 1], output="linear").accuracy(X, Y)
    yield "no trace", "trace", lambda net, folder: net.backward(X, Y)
    yield "a stranger's trace", "trace", lambda net, folder: net.backward(MLP([2, 5, 3]).forward(X), Y)
    yield "a trace in float32", "trace", lambda net, folder: net.backward(MLP([2, 4, 3], dtype="f4").forward(X), Y)


def parameters():
    for value in (np.zeros(P - 1), np.zeros((P, 1)), changed(np.zeros(P), 3, NAN), "theta", None, np.zeros(P, complex),
                  0.0, []):
        yield f"theta = {value!r:.30}", "theta", lambda net, folder, v=value: setattr(net, "theta", v)
    for value in (np.zeros((4, 2)), np.zeros(8), 1.0, None, "W", np.full((2, 4), NAN), [[1, 2], [3]]):
        yield f"weights[0] = {value!r:.30}", "weights[0]", lambda net, folder, v=value: net.weights.__setitem__(0, v)
    yield "biases[-1] = …", "biases[-1]", lambda net, folder: net.biases.__setitem__(-1, np.zeros(4))
    for value in (-1, NAN, "much", None, True):
        yield f"weight_decay = {value!r}", "weight_decay", lambda net, folder, v=value: setattr(net, "weight_decay", v)
    yield "copy(dtype)", "dtype", lambda net, folder: net.copy(dtype="int8")
    yield "copy of numbers too large", "theta", lambda net, folder: broken(net.copy(), 1e300).copy(dtype="f4")
    yield "copy of NaN", "theta", lambda net, folder: broken(net.copy()).copy(dtype="f4")


def update_rules():
    for rule, settings in {GradientDescent: ("lr",), Momentum: ("lr", "beta"), Nesterov: ("lr", "beta"),
                           RMSProp: ("lr", "rho", "eps"), Adam: ("lr", "beta1", "beta2", "eps")}.items():
        for name in settings:
            for value in (-0.1, NAN, INF, "0.1", None, True, [0.1], *((0,) if name in ("lr", "eps") else (1, 1.5))):
                arguments = {"lr": 0.1} | {name: value}
                yield f"{rule.__name__}({name}={value!r})", name, lambda net, folder, r=rule, a=arguments: r(**a)
    for value in ([1.0, 2.0], np.array([1, 2]), np.array([1.0, NAN]), np.ones((2, 1)), np.ones(0), None,
                  np.ones(2, complex), np.broadcast_to(1.0, 2)):
        yield f"step from {value!r:.30}", "theta", lambda net, folder, v=value: Adam().step(v, np.ones(2))
    for value in ("ab", ["a", "b"], None, 1.0, np.ones((2, 1)), [1.0, NAN], [1j, 2j], np.ones(3), {}):
        yield f"behind {value!r:.30}", "theta", lambda net, folder, v=value: moved(Nesterov(0.1)).behind(v)
        if not isinstance(value, np.ndarray) or value.ndim > 1:
            yield f"behind {value!r:.30} at the start", "theta", lambda net, folder, v=value: Nesterov(0.1).behind(v)
        yield f"after {value!r:.30}", "theta", lambda net, folder, v=value: moved(Nesterov(0.1)).after(v, [1.0, 2.0])
    yield "step of no rule", "optimizer", lambda net, folder: Optimizer(0.1).step(np.ones(2), np.ones(2))
    for value in (np.ones(3), np.ones((2, 1)), np.array([1.0, INF]), None, "down", 1.0):
        yield f"step along {value!r:.30}", "gradient", lambda net, folder, v=value: Adam().step(np.ones(2), v)
    yield "something that cannot show itself", "lr", lambda net, folder: Adam(Shy())


def numbers_that_are_none():
    for value in NO_NUMBERS:
        for argument, call in {"lr": lambda v: Momentum(v), "beta": lambda v: Nesterov(0.1, v),
                               "eps": lambda v: Adam(eps=v), "weight_decay": lambda v: MLP([2, 3], weight_decay=v),
                               "noise": lambda v: data.moons(noise=v)}.items():
            yield f"{argument} = {value!r}, no number", argument, lambda net, folder, c=call, v=value: c(v)


def settings_of_training():
    training = {
        "epochs": [0, -1, 1.5, "10", None, True, NAN],
        "batch_size": [0, -1, 2.5, "all", True, NAN],
        "seed": [-1, 0.5, None, "x"],
        "patience": [0, -2, 1.5, "5", 3],
        "progress": [1, "yes", None],
        "callback": [1, "print"],
        "validation": [X, (X,), (X, Y, Y), 5],
        "validation X": [{"validation": (X[:, :1], Y)}, {"validation": (BAD_X["NaN"], Y)}],
        "validation Y": [{"validation": (X, Y[:2])}, {"validation": (X, Y + 1)}],
        "optimizer": [None, "adam", Adam, 0.1, Optimizer(0.1)],
        "net": [None, MLP, "net"],
    }
    for argument, values in training.items():
        for value in values:
            given = value if " " in argument else {argument: value}
            yield f"train({argument}={value!r:.40})", argument, lambda net, folder, g=given: train(
                **{"net": net, "X": X, "Y": Y, "optimizer": Adam(), "epochs": 2} | g)


def data_sets():
    toys = {
        "n": [(toy, value) for toy in (data.blobs, data.moons, data.circles, data.spirals, data.xor, data.wave)
              for value in (0, -3, 2.5, "10", None, 10**30)],
        "noise": [(data.moons, value) for value in (-0.1, NAN, "a", None, 1e308)],
        "spread": [(data.blobs, -1), (data.blobs, 1.7e308)],
        "classes": [(data.blobs, 0), (data.spirals, 2.5), (data.blobs, 10**30), (data.spirals, 2**63)],
        "seed": [(data.xor, -1), (data.digits, "zero")],
        "test_fraction": [(data.digits, value) for value in (0, 1, -0.5, NAN, "half", None)],
    }
    for argument, calls in toys.items():
        for toy, value in calls:
            yield (f"{toy.__name__}({argument}={value!r})", argument,
                   lambda net, folder, t=toy, a={argument: value}: t(**a))
    yield "classes of 5,000 digits", "classes", lambda net, folder: data.blobs(classes=10**5000)
    for x, y in ((X, Y[:3]), (X[:1], Y[:1]), (1, 2)):
        yield "split of unequal or too few", "X, y", lambda net, folder, x=x, y=y: data.split(x, y)
    yield "split of text", "X", lambda net, folder: data.split(["a", "b"], [0, 1])


def differences_and_checks():
    for argument, arguments in {
            "f": [(3, [1.0]), (lambda t: t, [1.0, 2.0]), (lambda t: NAN, [1.0]), (lambda t: "1", [1.0]),
                  (lambda t: 1j, [1.0]), (lambda t: abs(t[0]), [1.0], "complex")],
            "theta": [(sum, "a"), (sum, [NAN]), (sum, None)],
            "method": [(sum, [1.0], "centre"), (sum, [1.0], None)],
            "step": [(sum, [1.0], "central", 0), (sum, [1.0], "forward", NAN), (sum, [1.0], "forward", "h"),
                     (sum, [1e10], "central", 1e-9)]}.items():
        for given in arguments:
            said = re.sub(r"<function \S+ at \w+>", "a function", repr(given))  # a name that is the same in every run
            yield f"numerical_gradient{said:.60}", argument, lambda net, folder, g=given: (
                gradcheck.numerical_gradient(*g))
    yield "check of no network", "net", lambda net, folder: gradcheck.check(None, X, Y)
    yield "check of NaN", "net", lambda net, folder: gradcheck.check(broken(net.copy()), X, Y)
    yield "check of no sample", "sample", lambda net, folder: gradcheck.check(net, X, Y, sample=0)
    for given in (np.ones(3), ([np.ones((2, 4))], [np.ones(4)]), "all", [1, 2, 3], 7, [1, 2], [None, None],
                  [[np.ones((2, 4)), np.ones((4, 3))], 3], [np.array(1), np.array(2)]):
        yield f"check of gradients {given!r:.30}", "gradients", lambda net, folder, g=given: gradcheck.check(
            net, X, Y, gradients=g)
    for a, b in (([1.0], [1.0, 2.0]), ([], []), ([np.ones(2)], [np.ones(3)])):
        yield f"relative_error({a}, {b})", "a, b", lambda net, folder, a=a, b=b: gradcheck.relative_error(a, b)
    yield "relative_error of text", "a", lambda net, folder: gradcheck.relative_error("a", [1.0])


def files():
    for value in (None, 5, ["a"], 1.5):
        yield f"load({value!r})", "path", lambda net, folder, v=value: MLP.load(v)
        yield f"save({value!r})", "path", lambda net, folder, v=value: net.save(v)
        yield f"save(a path-like of {value!r})", "path", lambda net, folder, v=value: net.save(PathLike(v))
    for value in ("", b"", "x" * 300, "a\0b", PathLike(b"a\0b"), "\ud800", "new folder/"):
        yield f"load({value!r:.30})", "path", lambda net, folder, v=value: MLP.load(v)
        yield f"save({value!r:.30})", "path", lambda net, folder, v=value: net.save(v)
    yield "save NaN", "theta", lambda net, folder: broken(net.copy()).save(folder / "net.npz")
    yield "save into no folder", "path", lambda net, folder: net.save(folder / "none" / "net.npz")
    yield "save below a file", "path", lambda net, folder: net.save(written(folder / "file", b"") / "net.npz")
    if hasattr(os, "mkfifo"):
        yield "save onto a pipe", "path", lambda net, folder: net.save(pipe(folder / "pipe"))
        yield "load from a pipe", "path", lambda net, folder: MLP.load(pipe(folder / "pipe"))
    yield "save onto a link to itself", "path", lambda net, folder: net.save(link(folder / "link", folder / "link"))
    yield "save onto a folder", "path", lambda net, folder: net.save(folder)
    for name in FILES:
        yield f"load: {name}", "path", lambda net, folder, make=FILES[name]: MLP.load(make(net, folder / "net.npz"))


ROOMS = (settings_of_a_network, examples_and_targets, parameters, update_rules, numbers_that_are_none,
         settings_of_training, data_sets, differences_and_checks, files)


def cases():
    """(what, argument, call): the call takes a 2-4-3 network and a folder, and is to be refused."""
    for room in ROOMS:
        yield from room()


def saved(net, path, **changes):
    """A saved network with some of its parts replaced, or left out where None is given."""
    net.save(path)
    with np.load(path) as stored:
        parts = dict(stored) | changes
    with open(path, "wb") as file:
        np.savez(file, **{name: part for name, part in parts.items() if part is not None})
    return path


def cut(net, path, keep):
    net.save(path)
    path.write_bytes(path.read_bytes()[:keep])
    return path


def flipped(net, path):
    """One bit of the parameters turned over: the zip's checksum tells."""
    net.save(path)
    content = bytearray(path.read_bytes())
    content[content.find(net.theta.tobytes()) + 5] ^= 4
    path.write_bytes(bytes(content))
    return path


def written(path, content):
    path.write_bytes(content)
    return path


def zipped(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("theta.npy", "no array")
        archive.writestr("mark.npy", "no array")
    return path


def headed(net, path, old, new):
    """One header of an array edited, the zip's checksums put right."""
    net.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts["weight_decay.npy"]
    parts["weight_decay.npy"] = parts["weight_decay.npy"].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def compressed(net, path, method):
    """A file whose zip says that its parts are compressed, which they are not."""
    net.save(path)
    content = path.read_bytes()
    for mark, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        head, *parts = content.split(mark)
        content = mark.join([head, *(part[:at - 4] + bytes([method, 0]) + part[at - 2:] for part in parts)])
    path.write_bytes(content)
    return path


FILES = {
    "missing": lambda net, path: path,
    "a folder": lambda net, path: path.parent,
    "empty": lambda net, path: written(path, b""),
    "text": lambda net, path: written(path, b"hello\n"),
    "a pickle": lambda net, path: written(path, pickle.dumps(net)),
    "a zip of something else": lambda net, path: zipped(path),
    "an .npy": lambda net, path: written(path, b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, "
                                               b"'shape': (1,), }" + b" " * 57 + b"\n" + b"\0" * 8),
    "cut in half": lambda net, path: cut(net, path, 700),
    "cut at the end": lambda net, path: cut(net, path, -10),
    "a flipped bit": flipped,
    "a header that is no Python": lambda net, path: headed(net, path, b"'descr'", b"'descr("),
    "a header that never ends": lambda net, path: headed(net, path, b"}", b"("),
    "a header that NumPy guesses at": lambda net, path: headed(net, path, b"(), }", b"1L, }"),
    **{f"a zip of method {method}": lambda net, path, m=method: compressed(net, path, m) for method in (8, 12, 14, 99)},
    "another's mark": lambda net, path: saved(net, path, mark=np.array("other")),
    "no parameters": lambda net, path: saved(net, path, theta=None),
    "parameters too few": lambda net, path: saved(net, path, theta=np.zeros(3)),
    "parameters with NaN": lambda net, path: saved(net, path, theta=np.full(P, NAN)),
    "parameters of another dtype": lambda net, path: saved(net, path, theta=np.zeros(P, np.float32)),
    "parameters as objects": lambda net, path: saved(net, path, theta=np.array([None] * P)),
    "an unknown activation": lambda net, path: saved(net, path, hidden=np.array("evil")),
    "a number for a name": lambda net, path: saved(net, path, output=np.array(3)),
    "names for a name": lambda net, path: saved(net, path, output=np.array(["softmax", "linear"])),
    "negative sizes": lambda net, path: saved(net, path, sizes=np.array([2, -4, 3])),
    "sizes of a petabyte": lambda net, path: saved(net, path, sizes=np.array([2**25, 2**25])),
    "sizes that overflow": lambda net, path: saved(net, path, sizes=np.array([2**40, 2**40])),
    "fractional sizes": lambda net, path: saved(net, path, sizes=np.array([2.0, 4.0, 3.0])),
    "negative decay": lambda net, path: saved(net, path, weight_decay=np.array(-1.0)),
    "a pairing that is refused": lambda net, path: saved(net, path, loss=np.array("binary_cross_entropy")),
}

CASES = list(cases())


@pytest.mark.parametrize(("argument", "call"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_refused(argument, call, tmp_path):
    net = MLP([2, 4, 3])
    before = pickle.dumps(net)
    with pytest.raises((TypeError, ValueError)) as caught:
        call(net, tmp_path)
    message = str(caught.value)
    assert message.startswith(argument), message
    assert "expected" in message, message
    assert "got" in message, message
    assert len(message) < 400
    assert pickle.dumps(net) == before


def test_any_flipped_byte_or_cut_is_refused_or_does_no_harm(tmp_path):
    rng, path, net = np.random.default_rng(0), tmp_path / "net.npz", MLP([2, 4, 3], weight_decay=0.1)
    net.save(path)
    whole, refusals = path.read_bytes(), []
    for trial in range(400):
        content = bytearray(whole)
        if trial % 4:
            content[rng.integers(len(whole))] ^= int(rng.integers(1, 256))
        else:
            del content[rng.integers(len(whole)):]
        path.write_bytes(content)
        try:
            found = MLP.load(path)
        except ValueError as error:
            refusals.append(str(error))
        else:
            assert pickle.dumps(found) == pickle.dumps(net), trial
    assert len(refusals) > 300
    assert all(message.startswith("path: expected a network written by MLP.save, got") for message in refusals)


METHODS = [MLP.forward, MLP.backward, MLP.loss, MLP.predict, MLP.accuracy, MLP.copy, MLP.save, MLP.load]
TOYS = [data.blobs, data.moons, data.circles, data.spirals, data.xor, data.wave, data.split, data.digits]


@pytest.mark.parametrize("thing", [MLP, train, gradcheck.check, *METHODS, *TOYS, GradientDescent, Momentum, Nesterov,
                                   RMSProp, Adam, Optimizer.start, Optimizer.step, Optimizer.after, Nesterov.behind],
                         ids=lambda thing: thing.__qualname__)
def test_docstrings_say_what_is_raised(thing):
    assert re.search(r"^Raises\n------\n(Type|Value|Diverged)Error", inspect.getdoc(thing), re.MULTILINE)


@pytest.mark.parametrize("toy", TOYS, ids=lambda toy: toy.__name__)
def test_docstrings_of_toy_sets_explain_their_arguments(toy):
    for name in inspect.signature(toy).parameters:
        assert re.search(rf"^([\w, ]+, )?{name}\b[\w, ]* : ", inspect.getdoc(toy), re.MULTILINE), name


@pytest.mark.parametrize("kind", [MLP, Trace, History, gradcheck.Report], ids=lambda kind: kind.__name__)
def test_properties_have_docstrings_of_their_own(kind):
    found = {name: value for name, value in vars(kind).items() if isinstance(value, property)}
    assert found
    assert all(value.__doc__ for value in found.values()), found


def test_there_are_many():
    assert len(CASES) >= 150


@pytest.mark.parametrize(("wrong", "meant"), [("rleu", "relu"), ("ReLU", "relu"), ("sigmoids", "sigmoid"),
                                              ("tan", "tanh")])
def test_did_you_mean(wrong, meant):
    with pytest.raises(ValueError, match=f"got '{wrong}'; did you mean '{meant}'"):
        MLP([2, 3], hidden=wrong)


def test_no_hint_where_nothing_is_near():
    with pytest.raises(ValueError, match=r"got 'xyz'$"):
        MLP([2, 3], hidden="xyz")


def test_what_is_said():
    with pytest.raises(ValueError, match=r"^X: expected shape \(n, 2\), one example a row, got shape \(2,\); a single "
                                         r"example is X\[None, :\]$"):
        MLP([2, 3]).forward(X[0])
    with pytest.raises(ValueError, match=r"^Y: expected whole labels from 0 to 2, got 3 at index 2$"):
        MLP([2, 3]).loss(X, BAD_LABELS["a label too large"])
    with pytest.raises(ValueError, match=r"^Y: .* one-hot rows, one 1 and else 0, got \[1.0, 1.0, 0.0\] in row 3$"):
        MLP([2, 3]).loss(X, changed(HOT, (3, 1), 1))
    with pytest.raises(ValueError, match=r"^X: expected finite numbers, got nan at index \(3, 1\)$"):
        MLP([2, 3]).forward(BAD_X["NaN"])


def test_good_calls_are_not_refused():
    net = MLP((2, np.int64(4), 3), weight_decay=np.float32(0.5), seed=np.uint8(3))
    for good in (X.tolist(), X.astype(np.float32), X > 0, X[::-1], np.asfortranarray(X), X.astype(np.longdouble)):
        assert np.isfinite(net.loss(good, Y))
    train(net, X, Y, Adam(lr=np.float64(0.1)), epochs=np.int64(1), batch_size=100, progress=np.False_)
    assert Adam(lr=1).lr == 1.0
