"""Chapters are run once, in the book's own environment, and again whenever a result could differ.

jupyter-cache keys a run on the notebook's code alone and never notices a change in ``mlp_core``. Here the
folder of the cache carries a fingerprint of everything else that a picture depends on, and folders of
other fingerprints are removed. A changed folder is a changed Sphinx setting, so every page is read again; so is a
change of the extensions themselves, though no chapter need run for it.

Chapters that are not in the cache are run before Sphinx reads the first of them, as many at a time as there are
processors. What fails then is left for the reading to run again, which says what went wrong and where.
"""

import hashlib
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader

FINGERPRINTED = ("mlp_core/**/*.py", "mlp_core/**/*.js", "mlp_core/**/*.css", "mlp_core/**/*.npz",
                 "mlp_core/**/*.csv*", "mlp_core/**/*.json", "requirements.txt", "_ext/book_execution.py")
EXTENSIONS = ("_ext/**/*",)

#: Same figures to the bit on every build: one thread, one hash seed, one date for whoever writes a date.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "SOURCE_DATE_EPOCH": "1577836800",
    "PYTHONWARNINGS": "default",
}

#: Kernels come from the environment that builds the book, whatever else is installed for this user.
KERNEL_ENVIRONMENT = {"JUPYTER_PREFER_ENV_PATH": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
NOT_FOR_KERNELS = ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "PYTHONPATH", "PYTHONSTARTUP", "MPLBACKEND", "MATPLOTLIBRC")


def fingerprint(root: Path, patterns=FINGERPRINTED) -> str:
    """Hash of the names and contents of all files under ``root`` that a chapter's results depend on, or of others."""
    total = hashlib.sha256(f"python {sys.version_info[:2]}".encode())
    for path in sorted({path for pattern in patterns for path in root.glob(pattern)}):
        if "__pycache__" not in path.parts and path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()[:16]


def configure(app, config):
    root = Path(app.srcdir)
    caches = root / "_build" / ".jupyter_cache"  # one for all editions: they run the same cells
    config.book_package = fingerprint(root)
    current = caches / config.book_package
    for old in caches.glob("*"):
        if old != current:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    current.mkdir(parents=True, exist_ok=True)
    config.nb_execution_cache_path = str(current)
    config.book_extensions = fingerprint(root, EXTENSIONS)


def not_in_cache(app, env, docnames, cache):
    """Of the pages to be read, (path, notebook) of those that hold code which the cache has no run of."""
    for name in sorted(docnames):
        path = Path(env.doc2path(name))
        source = [path.read_text(encoding="utf-8")]
        app.emit("source-read", name, source)  # what the reading will see, too
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, source[0])
        notebook = reader and reader.read(source[0])
        if notebook and any(cell.cell_type == "code" for cell in notebook.cells):
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                yield path, notebook


def run_together(app, env, docnames):
    """Fill the cache, on all processors at once. Each run is a process of its own; the threads only wait for them."""
    cache, settings = get_cache(env.mystnb_config.execution_cache_path), env.mystnb_config

    def run(task):
        path, notebook = task
        return path, single_nb_execution(notebook, cwd=str(path.parent), allow_errors=False,
                                         timeout=settings.execution_timeout)

    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as pool:
        for path, result in pool.map(run, not_in_cache(app, env, docnames, cache)):
            if result.err is None:
                bundle = CacheBundleIn(result.nb, str(path), data={"execution_seconds": result.time})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def setup(app):
    for name in NOT_FOR_KERNELS:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT | KERNEL_ENVIRONMENT)
    app.add_config_value("book_extensions", "", "env", types=[str])
    app.add_config_value("book_package", "", "env", types=[str])
    app.connect("config-inited", configure)
    app.connect("env-before-read-docs", run_together)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
