"""The toy sets and the digits: shapes, seeds, sources."""

import numpy as np
import pytest

from mlp_core import data

TOYS = [data.blobs, data.moons, data.circles, data.spirals, data.xor]


@pytest.mark.parametrize("n", [1, 7, 90])
@pytest.mark.parametrize("toy", TOYS)
def test_toy_sets(toy, n):
    X, y = toy(n)
    assert X.shape == (n, 2)
    assert y.shape == (n,)
    assert X.dtype == np.float64
    assert y.dtype.kind == "i"
    assert np.isfinite(X).all()
    if n == 90:
        assert np.bincount(y).max() - np.bincount(y).min() <= 2
    again, other = toy(n, seed=0), toy(n, seed=1)
    np.testing.assert_array_equal(again[0], X)
    np.testing.assert_array_equal(again[1], y)
    assert (other[0] != X).any()


def test_toy_sets_look_as_described():
    X, y = data.circles(100, noise=0)
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), 2 - y)
    X, y = data.xor(100, noise=0)
    np.testing.assert_array_equal(y, X[:, 0] != X[:, 1])
    X, y = data.moons(100, noise=0)
    np.testing.assert_allclose(np.linalg.norm(np.where(y[:, None] == 0, X, [1, 0.5] - X), axis=1), 1)
    assert (np.where(y == 0, X[:, 1], 0.5 - X[:, 1]) >= 0).all()
    X, y = data.blobs(100, classes=4, spread=0)
    np.testing.assert_allclose(X, 2 * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])[y], atol=1e-12)
    X, y = data.spirals(100, classes=2, noise=0)
    radius = np.linalg.norm(X, axis=1)
    turned = np.column_stack([np.cos(2 * np.pi * (radius + y / 2)), np.sin(2 * np.pi * (radius + y / 2))])
    np.testing.assert_allclose(X, radius[:, None] * turned, atol=1e-12)
    assert 0.9 < radius.max() <= 1


def test_order_tells_nothing_about_the_class():
    for toy in TOYS:
        y = toy(200)[1]
        assert 60 < (y[1:] != y[:-1]).sum() < 180  # neither sorted nor taking turns


def test_wave():
    X, y = data.wave(50, noise=0)
    assert X.shape == (50, 1)
    np.testing.assert_allclose(y, np.sin(np.pi * X[:, 0]))


def test_split_keeps_rows_together_and_all_of_them():
    X, y = np.arange(20).reshape(10, 2), np.arange(10)
    parts = data.split(X, y, test_fraction=0.3, seed=4)
    assert (len(parts.X_train), len(parts.X_test)) == (7, 3)
    for rows, labels in ((parts.X_train, parts.y_train), (parts.X_test, parts.y_test)):
        np.testing.assert_array_equal(rows[:, 0], 2 * labels)
    assert sorted([*parts.y_train, *parts.y_test]) == list(range(10))
    np.testing.assert_array_equal(data.split(X, y, 0.3, 4).y_test, parts.y_test)
    assert [len(data.split(X, y, fraction).y_test) for fraction in (0.001, 0.999)] == [1, 9]


def test_the_digits_are_those_of_scikit_learn():
    # Which are the test set of UCI's "Optical Recognition of Handwritten Digits".
    from sklearn.datasets import load_digits

    theirs, ours = load_digits(), data.digits()
    X, y = np.concatenate([ours.X_train, ours.X_test]), np.concatenate([ours.y_train, ours.y_test])
    assert (ours.X_train.shape, ours.X_test.shape) == ((1348, 64), (449, 64))
    assert (X.min(), X.max()) == (0, 1)

    def rows(images, labels):
        return sorted(map(tuple, np.column_stack([images, labels]).astype(int)))

    assert rows(X * 16, y) == rows(theirs.data, theirs.target)


def test_the_split_of_the_digits_follows_the_seed():
    a, b, c = data.digits(), data.digits(seed=0), data.digits(seed=1)
    np.testing.assert_array_equal(a.X_test, b.X_test)
    assert (a.X_test != c.X_test).any()
    assert len(data.digits(test_fraction=0.5).y_test) == 898
