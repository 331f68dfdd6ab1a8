"""What `import mlp_core` loads, and which room may use which."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import mlp_core

FOLDER = Path(mlp_core.__file__).parent
HEAVY = ["sympy", "matplotlib", "ipywidgets", "anywidget", "IPython", "tqdm", "sklearn", "scipy", "autograd"]

# Each room and the rooms it may import. `_validate` checks arguments for all of them and imports none.
ARROWS = {
    "_validate": set(),
    "activations": set(),
    "losses": {"_validate"},
    "arrays": {"_validate"},
    "storage": {"_validate", "arrays"},
    "network": {"_validate", "activations", "losses", "arrays", "storage"},
    "optimizers": {"_validate"},
    "history": set(),
    "training": {"_validate", "losses", "network", "arrays", "optimizers", "history"},
    "data": {"_validate"},
    "differences": {"_validate"},
    "complexstep": set(),
    "gradreport": set(),
    "gradcheck": {"_validate", "losses", "network", "arrays", "complexstep", "differences", "gradreport", "derive"},
}
OUTSIDE = {"numpy", *sys.stdlib_module_names}


def imports(tree):
    """(names from outside, rooms of the package) that a module imports anywhere in it."""
    outside, rooms = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            outside |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            outside.add(node.module.split(".")[0])
        elif isinstance(node, ast.ImportFrom):
            rooms |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
    return outside, rooms


@pytest.mark.parametrize("room", ARROWS)
def test_arrows(room):
    outside, rooms = imports(ast.parse((FOLDER / f"{room}.py").read_text(encoding="utf-8")))
    assert rooms <= ARROWS[room]
    assert outside <= OUTSIDE | ({"tqdm"} if room == "training" else set())


def test_the_package_itself_imports_numeric_rooms_only():
    outside, rooms = imports(ast.parse((FOLDER / "__init__.py").read_text(encoding="utf-8")))
    assert outside == set()
    assert rooms <= set(ARROWS)


def test_exercises_import_only_what_they_may():
    for file in (FOLDER / "exercises").glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert imports(tree)[0] <= {"numpy", "sympy", *sys.stdlib_module_names}, file.name
        above = {name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 2
                 for name in ([node.module] if node.module else [alias.name for alias in node.names])}
        assert above <= {"_validate", "derive", "gradcheck"}, file.name


@pytest.mark.parametrize("file", sorted((FOLDER / "derive").glob("*.py")), ids=lambda file: file.stem)
def test_derivations_share_no_arithmetic_with_the_network(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    above = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level > 1}
    assert above <= {"_validate"}


def test_nothing_below_the_live_figures_imports_them():
    for file in [*FOLDER.glob("*.py"), *(FOLDER / "derive").glob("*.py"), *(FOLDER / "exercises").glob("*.py")]:
        named = [node.module or "" for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
                 if isinstance(node, ast.ImportFrom)]
        assert not [module for module in named if module.split(".")[0] == "live" or ".live" in module], file.name


def test_arrows_are_seen():
    outside, rooms = imports(ast.parse("import a.b\nfrom c import d\nfrom .e import f\nfrom . import g\n"
                                       "def later():\n    from .h.i import j"))
    assert (outside, rooms) == ({"a", "c"}, {"e", "g", "h"})


def loaded_by(code):
    done = subprocess.run([sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], capture_output=True,
                          text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_import_loads_numpy_and_nothing_heavy():
    loaded = loaded_by("import mlp_core")
    assert "numpy" in loaded
    assert not loaded & set(HEAVY)


def test_training_without_a_progress_bar_loads_nothing_more():
    loaded = loaded_by("import mlp_core as m; X, y = m.data.moons(20); m.data.digits(); "
                       "m.train(m.MLP([2, 2]), X, y, m.Adam(), epochs=2)")
    assert not loaded & set(HEAVY)


def test_an_import_of_tqdm_would_be_noticed():
    assert "tqdm" in loaded_by("import mlp_core, tqdm")


def test_public_names():
    for name in mlp_core.__all__:
        assert getattr(mlp_core, name).__doc__, name
