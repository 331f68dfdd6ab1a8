"""The page on the package: every public name is there, with its arguments named in its docstring."""

import inspect
import re

import pytest

import mlp_core
from mlp_core import activations, data, derive, differences, gradreport, history, live, losses, network, training

DOCUMENTED = [*(getattr(mlp_core, name) for name in mlp_core.__all__), gradreport.Report, history.History,
              *(value for room in (activations, data, differences, losses, training)
                for name, value in vars(room).items()
                if not name.startswith("_") and getattr(value, "__module__", "") == room.__name__),
              *(getattr(derive, name) for name in derive.__all__), *(getattr(live, name) for name in live.__all__)]
CALLABLES = sorted({thing for thing in DOCUMENTED if inspect.isfunction(thing) or inspect.isclass(thing)},
                   key=lambda thing: (thing.__module__, thing.__qualname__))


@pytest.mark.parametrize("thing", CALLABLES, ids=lambda thing: f"{thing.__module__}.{thing.__qualname__}")
def test_every_public_name_says_what_it_is(thing):
    text = inspect.getdoc(thing)
    assert text
    assert not text.startswith(f"{thing.__name__}("), "only the signature that Python makes up"


@pytest.mark.parametrize("thing", [network.MLP, *(method for name, method in vars(network.MLP).items()
                                                   if inspect.isfunction(method) and not name.startswith("_")),
                                   training.train, mlp_core.gradcheck.check, differences.numerical_gradient,
                                   differences.relative_error, data.split, data.digits],
                         ids=lambda thing: thing.__qualname__)
def test_arguments_are_explained(thing):
    text = inspect.getdoc(thing)
    for name in inspect.signature(thing).parameters:
        if name != "self":
            assert re.search(rf"\b{name}\b", text), name


@pytest.mark.build
def test_every_public_name_stands_on_the_page(built_html):
    page = (built_html / "chapters" / "api.html").read_text(encoding="utf-8")
    for thing in CALLABLES:
        assert f'id="{thing.__module__}.{thing.__qualname__}"' in page or f".{thing.__name__}\"" in page, thing
