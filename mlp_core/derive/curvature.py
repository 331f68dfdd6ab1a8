"""Second derivatives, and how large a learning rate may be: 2/λmax for gradient descent, 2(1 + β)/λmax with momentum.

On a quadratic loss a step of gradient descent multiplies the error along each eigenvector of the Hessian by 1 − ηλ.
With momentum a step is a matrix that acts on error and velocity, and the roots of its polynomial decide. Chapter 8.
"""

import numpy as np
import sympy as sp

from .checks import expression, symbols
from .derivation import Derivation
from .updates import gradient_descent, momentum

eta, beta = sp.symbols("eta beta", real=True)
curvature = sp.Symbol("lambda", positive=True)
root = sp.Symbol("r")


def hessian(loss, variables):
    """The matrix of second derivatives, ∂²L/∂θ_j∂θ_k.

    Parameters
    ----------
    loss : Expr
    variables : sequence of Symbol

    Returns
    -------
    Matrix
        (p, p) for p variables, symmetric.

    Raises
    ------
    TypeError
        If the loss is no expression, or a variable no symbol.
    ValueError
        Without variables, or if one of them comes twice.
    """
    loss, variables = expression("loss", loss), symbols("variables", variables)
    if not variables:
        raise ValueError("variables: expected at least one symbol, got none")
    return sp.Matrix([[sp.diff(loss, one, other) for other in variables] for one in variables])


def largest_curvature(second):
    """λmax, the largest eigenvalue of a Hessian.

    Parameters
    ----------
    second : Matrix (p, p)
        Symmetric. Numbers, or symbols whose eigenvalues SymPy finds.

    Returns
    -------
    Expr
        One eigenvalue, or a `Max` where symbols leave open which is the largest.

    Raises
    ------
    TypeError
        If it is no matrix, or an entry is no expression.
    ValueError
        If it is not symmetric, or has a direction that is known to be flat or to bend down: then there is no bowl, and
        no learning rate below which descent converges to its bottom.
    """
    if not isinstance(second, (sp.MatrixBase, sp.MatrixExpr)):
        for entry in np.ravel(np.array(second, dtype=object)):
            expression("second", entry)
    second = sp.Matrix(second)
    if not second.is_square or second != second.T:
        raise ValueError(f"second: expected a symmetric matrix, got shape {second.shape}, "
                         f"{'not symmetric' if second.is_square else 'not square'}")
    numbers = not second.free_symbols
    if numbers:  # a symmetric matrix of numbers has real eigenvalues only, and real_roots sorts them
        polynomial = second.applyfunc(sp.nsimplify).charpoly(root).as_expr()
        values = sp.real_roots(sp.Poly(polynomial, root))
    else:
        values = list(second.eigenvals())
    flat = [value for value in values if value.is_nonpositive]
    if flat:
        raise ValueError(f"second: has the eigenvalue {flat[0]}, expected all above 0, as a bowl has")
    return values[-1] if numbers or len(values) == 1 else sp.Max(*values)


def gradient_descent_threshold(second):
    """2/λmax: gradient descent on a quadratic with this Hessian converges from everywhere for 0 < η < 2/λmax only.

    `second` is as in `largest_curvature`, and so are the errors. `stability` derives the formula.
    """
    return sp.radsimp(2 / largest_curvature(second))


def momentum_threshold(second, share=beta):
    """2(1 + β)/λmax: the same border with momentum, for 0 ≤ β < 1.

    Parameters
    ----------
    second : Matrix
        As in `largest_curvature`.
    share : Expr or number
        β.

    Raises
    ------
    ValueError
        As `largest_curvature`, and for a number β outside [0, 1).
    """
    share = expression("share", share)
    if share.is_number and not 0 <= share < 1:
        raise ValueError(f"share: got {share}, expected 0 ≤ β < 1")
    return sp.radsimp(2 * (1 + share) / largest_curvature(second))


def step_matrix(rule):
    """What one step of an update rule on a quadratic does to its state: the matrix of ∂(after)/∂(before).

    Parameters
    ----------
    rule : UpdateRule
        Of a loss that is quadratic in its variables.

    Returns
    -------
    Matrix
        In the order of `rule.state`. I − ηH for gradient descent.

    Raises
    ------
    ValueError
        If the step is not linear in the state, so that no one matrix does it.
    """
    after = sp.Matrix([rule.update[symbol] for symbol in rule.state])
    matrix = after.jacobian(sp.Matrix(rule.state)).applyfunc(sp.expand)
    if matrix.free_symbols & set(rule.state):
        raise ValueError(f"rule: a step of {rule.name} on this loss is not linear, expected a quadratic loss")
    return matrix


def _parabola():
    w = sp.Symbol("w", real=True)
    return curvature * w**2 / 2, w


def stability():
    """From |1 − ηλ| < 1 to 0 < η < 2/λ, where 1 − ηλ is what one step on a parabola of curvature λ does.

    Returns
    -------
    Derivation
        Of conditions; the factor comes from the update rule itself.
    """
    loss, w = _parabola()
    (factor,) = step_matrix(gradient_descent(loss, [w], eta))
    done = Derivation(sp.Abs(factor) < 1)
    done.step("size below 1", sp.And(sp.Lt(-1, factor), factor < 1))
    done.step("take each from 1", sp.And(sp.Lt(0, eta * curvature), eta * curvature < 2))
    return done.step(r"divide by $\lambda > 0$", sp.And(sp.Lt(0, eta), eta < 2 / curvature))


def momentum_polynomial():
    """r² − (1 + β − ηλ) r + β, whose roots must be smaller than 1 in size for momentum to converge.

    Returns
    -------
    Expr
        The characteristic polynomial of the step matrix of momentum on a parabola of curvature λ, in r.
    """
    loss, w = _parabola()
    matrix = step_matrix(momentum(loss, [w], eta, beta))
    _, middle, last = matrix.charpoly(root).all_coeffs()
    return root**2 - root * sp.expand(-middle) + sp.expand(last)


def momentum_border():
    """Where a root of momentum's polynomial leaves by −1, which bounds η: from its value there to 2(1 + β)/λ.

    A root cannot leave by 1, where the value is ηλ > 0, nor as a complex pair, whose product is β < 1; chapter 8.

    Returns
    -------
    Derivation
        Of conditions: positive at −1 ⇔ η below the border.
    """
    terms = sorted(sp.Add.make_args(momentum_polynomial()), key=lambda term: -sp.degree(term, root))
    terms = [term.subs(root, -1) for term in terms]
    done = Derivation(sp.Gt(sp.Add(*terms, evaluate=False), 0, evaluate=False))
    done.step("multiply out", 2 * (1 + beta) - eta * curvature > 0)
    return done.step(r"divide by $\lambda > 0$", eta < 2 * (1 + beta) / curvature)
