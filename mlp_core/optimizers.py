"""Update rules over one flat parameter vector θ, given the gradient g of what is to fall. They know no
network.

Each works on any vector of floats:

    rule = Momentum(lr=0.1, beta=0.9)
    theta = np.array([3.0, -2.0])
    rule.step(theta, gradient(theta))    # theta has moved, in place
    rule.state                           # what the rule remembers, e.g. {"v": array([...])}
    rule.reset()                         # forget it

Chapter 8 derives every rule. Settings such as `lr` may be changed between steps; they are checked when set.
"""

import copy

import numpy as np

from ._validate import Number, all_finite, real_array, vector


class Optimizer:
    """What all rules share. A rule of your own lists its `memory` and returns from `_update(g)` what is added
    to θ; g is its to write on, and so is `self._scratch`, a vector like θ, where `scratch` is True.

    Attributes
    ----------
    lr : float
        The learning rate η > 0.
    state : dict
        The memory by name, one array of θ's shape each, all 0 at the start; empty before the first step.
    steps : int
        How many steps were taken since the start.
    """

    lr = Number(above=0)
    memory = ()
    scratch = False

    def __init__(self, lr):
        self.lr = lr
        self.reset()

    def reset(self):
        """Forget all steps; the next step may be on another vector."""
        self.state, self.steps, self._kind, self._scratch = {}, 0, None, None

    def start(self, theta):
        """Begin anew on a vector: memory 0, in the shape and dtype of theta.

        Raises
        ------
        TypeError, ValueError
            If theta is not a finite NumPy vector of float32 or float64 that may be written to, or `eps` is 0 in its
            dtype.
        """
        theta = _parameters(theta)
        if not hasattr(self, "_update"):
            raise TypeError(f"optimizer: expected a rule, as GradientDescent(lr=0.1), got {self!r} without _update")
        if theta.dtype.type(getattr(self, "eps", 1)) == 0:
            raise ValueError(f"eps: expected one that {theta.dtype} can hold, got {self.eps}, which is 0 there")
        self.state = {name: np.zeros_like(theta) for name in self.memory}
        self.steps, self._kind = 0, (theta.shape, theta.dtype)
        self._scratch = np.empty_like(theta) if self.scratch else None

    def step(self, theta, gradient):
        """Take one step from theta, in place.

        Parameters
        ----------
        theta : array (p,)
            float32 or float64, changed in place.
        gradient : array (p,)
            Of the loss, at theta.

        Returns
        -------
        array (p,)
            theta itself.

        Raises
        ------
        TypeError, ValueError
            If shapes or dtypes do not match, if a number is not finite or would not be after the step, or if
            the steps before were on a vector of another shape or dtype (`reset` allows that). Neither theta
            nor the memory is then changed.
        """
        _parameters(theta)
        if self._kind not in (None, (theta.shape, theta.dtype)):
            before = "shape {} and {} as in the steps before".format(*self._kind)
            raise ValueError(f"theta: expected {before}, got {theta.shape} and {theta.dtype}; reset() forgets")
        gradient = vector("gradient", gradient, theta.size, theta.dtype)
        if self._kind is None:
            self.start(theta)
        before = copy.deepcopy(self.state), self.steps
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # what is not finite is refused
            after = theta + self._move(gradient.copy())
        for name, array in {"theta": after, **self.state}.items():
            if not all_finite(np.asarray(array)):
                self.state, self.steps = before
                if not self.steps:
                    self.reset()
                raise ValueError(f"{name}: expected a finite result of the step, got numbers too large for "
                                 f"{theta.dtype}; theta and the memory are as before")
        theta[:] = after
        return theta

    def _move(self, g):
        """What the next step adds to θ, and the memory brought up to date. May use g's memory for it."""
        self.steps += 1
        return self._update(g)

    def after(self, theta, gradient):
        """Where one step would lead, as a new array; theta and the rule's memory stay as they are.

        Raises
        ------
        TypeError, ValueError
            As in `step`.
        """
        return copy.deepcopy(self).step(_copied(theta), gradient)

    def __copy__(self):
        return copy.deepcopy(self)  # two rules with one memory would disturb each other

    def __repr__(self):
        settings = [f"{name}={value}" for name, value in vars(self).items() if isinstance(value, float)]
        return f"{type(self).__name__}({', '.join(settings)})"


def _parameters(theta):
    if not isinstance(theta, np.ndarray) or theta.dtype not in (np.float32, np.float64):
        kind = f"an array of {theta.dtype}" if isinstance(theta, np.ndarray) else type(theta).__name__
        raise TypeError(f"theta: expected a NumPy array of float32 or float64, changed in place, got {kind}")
    if not theta.flags.writeable:
        raise ValueError("theta: expected an array that may be written to, got a read-only one")
    vector("theta", theta, None, theta.dtype)
    return theta


def _copied(theta):
    """A copy of theta to be changed, float32 if it is that, else float64."""
    array = real_array("theta", theta)
    return np.array(vector("theta", array, None, np.float32 if array.dtype == np.float32 else np.float64))


class GradientDescent(Optimizer):
    """θ ← θ − η g (Cauchy 1847).

    Parameters
    ----------
    lr : float
        η > 0.

    Raises
    ------
    TypeError, ValueError
        For a setting that is no number or out of these limits, here and when it is changed later.
    """

    def _update(self, g):
        g *= -self.lr
        return g


class Momentum(Optimizer):
    """v ← β v − η g, then θ ← θ + v (Polyak 1964, in the form of Sutskever et al. 2013). The velocity
    contains η.

    Parameters
    ----------
    lr : float
        η > 0.
    beta : float
        0 ≤ β < 1; 0 is plain gradient descent.

    Raises
    ------
    TypeError, ValueError
        For a setting that is no number or out of these limits, here and when it is changed later.
    """

    beta = Number(at_least=0, below=1)
    memory = ("v",)

    def __init__(self, lr, beta=0.9):
        super().__init__(lr)
        self.beta = beta

    def _update(self, g):
        v = self.state["v"]
        v *= self.beta
        g *= self.lr
        v -= g
        return v


class Nesterov(Momentum):
    """v ← β v − η g, then θ ← θ + β v − η g: Nesterov 1983, arranged so that g is taken at θ.

    Sutskever et al. 2013 keep a point p and take the gradient ahead of it, at p + β v:

        v′ = β v − η ∇L(p + β v),    p′ = p + v′.

    Here θ is that point ahead, θ = p + β v. Then g = ∇L(θ) is all that is needed, v′ = β v − η g, and

        θ′ = p′ + β v′ = (θ − β v) + v′ + β v′ = θ + β v′ − η g        (as v′ − β v = −η g).

    Both run through the same points: `behind(theta)` is p. They start together, as v = 0. While β is held,
    that is: p is worked out with the β of now. (The same arrangement: Bengio, Boulanger-Lewandowski and
    Pascanu 2013.)

    Parameters
    ----------
    lr : float
        η > 0.
    beta : float
        0 ≤ β < 1.

    Raises
    ------
    TypeError, ValueError
        For a setting that is no number or out of these limits, here and when it is changed later.
    """

    scratch = True

    def _update(self, g):
        v = super()._update(g)  # which leaves η g in g
        ahead = np.multiply(self.beta, v, out=self._scratch)
        ahead -= g
        return ahead

    def behind(self, theta):
        """The point p = θ − β v of Sutskever et al., from which θ looks ahead, as a new array.

        Raises
        ------
        TypeError, ValueError
            If theta is not a finite vector, of the length that the steps were taken on.
        """
        theta, v = _copied(theta), self.state.get("v")
        if v is not None:
            if theta.shape != v.shape:
                raise ValueError(f"theta: expected shape {v.shape} as in the steps before, got {theta.shape}")
            theta -= self.beta * v
        return theta


class RMSProp(Optimizer):
    """s ← ρ s + (1 − ρ) g², then θ ← θ − η g / (√s + ε) (Tieleman and Hinton 2012, lecture 6.5; ε outside the
    root).

    Parameters
    ----------
    lr : float
        η > 0.
    rho : float
        0 ≤ ρ < 1.
    eps : float
        ε > 0, against division by 0.

    Raises
    ------
    TypeError, ValueError
        For a setting that is no number or out of these limits, here and when it is changed later.
    """

    rho = Number(at_least=0, below=1)
    eps = Number(above=0)
    memory = ("s",)
    scratch = True

    def __init__(self, lr=0.001, rho=0.9, eps=1e-8):
        super().__init__(lr)
        self.rho, self.eps = rho, eps

    def _update(self, g):
        s, root = self.state["s"], self._scratch
        s *= self.rho
        s += np.multiply(1 - self.rho, np.square(g, out=root), out=root)
        np.sqrt(s, out=root)
        root += self.eps
        g *= -self.lr
        g /= root
        return g


class Adam(Optimizer):
    """Running means of g and g², corrected for their start at 0 (Kingma and Ba 2015, Algorithm 1; s is their
    v).

    m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²,  θ ← θ − η m̂ / (√ŝ + ε),
    with m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ) in step t = 1, 2, …

    Parameters
    ----------
    lr : float
        η > 0.
    beta1, beta2 : float
        0 ≤ β < 1.
    eps : float
        ε > 0.

    Raises
    ------
    TypeError, ValueError
        For a setting that is no number or out of these limits, here and when it is changed later.
    """

    beta1 = Number(at_least=0, below=1)
    beta2 = Number(at_least=0, below=1)
    eps = Number(above=0)
    memory = ("m", "s")
    scratch = True

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps

    def _update(self, g):
        m, s, t, root = self.state["m"], self.state["s"], self.steps, self._scratch
        m *= self.beta1
        m += np.multiply(1 - self.beta1, g, out=root)
        s *= self.beta2
        s += np.multiply(1 - self.beta2, np.square(g, out=root), out=root)
        np.divide(s, 1 - self.beta2**t, out=root)
        np.sqrt(root, out=root)
        root += self.eps
        np.multiply(-self.lr / (1 - self.beta1**t), m, out=g)
        g /= root
        return g
