"""Chapters are run once, in the book's own environment, and again whenever a result could differ.

jupyter-cache keys a run on the notebook's code alone and never notices a change in ``mlp_core``. Here the
folder of the cache carries a fingerprint of everything else that a picture depends on, and folders of
other fingerprints are removed. A changed folder is a changed Sphinx setting, so every page is read again.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

FINGERPRINTED = ("mlp_core/**/*.py", "mlp_core/**/*.js", "mlp_core/**/*.css", "mlp_core/**/*.npz",
                 "mlp_core/**/*.csv*", "mlp_core/**/*.json", "requirements.txt", "_ext/book_execution.py")

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


def fingerprint(root: Path) -> str:
    """Hash of the names and contents of all files under ``root`` that a chapter's results depend on."""
    total = hashlib.sha256(f"python {sys.version_info[:2]}".encode())
    for path in sorted({path for pattern in FINGERPRINTED for path in root.glob(pattern)}):
        if "__pycache__" not in path.parts:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            total.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()[:16]


def configure(app, config):
    root = Path(app.srcdir)
    caches = Path(app.outdir).parent / ".jupyter_cache"
    current = caches / fingerprint(root)
    for old in caches.glob("*"):
        if old != current:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    current.mkdir(parents=True, exist_ok=True)
    config.nb_execution_cache_path = str(current)


def setup(app):
    for name in NOT_FOR_KERNELS:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT | KERNEL_ENVIRONMENT)
    app.connect("config-inited", configure)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
