"""Checking gradients."""

from .differences import numerical_gradient, relative_error

__all__ = ["numerical_gradient", "relative_error"]
