# How a Neural Network Learns: `make help` lists what can be called.
# Only relative paths are used, so the folder's own path may hold spaces.
.DELETE_ON_ERROR:
.PHONY: help book student zip pdf student-pdf serve lab test test-fast bench clean
SHELL := /bin/sh

PORT ?= 8000
ARGS ?=
PY   := .venv/bin/python
# Tests run a file at a time on each processor, so that what a file's tests share is made once.
# The order of the files is that of tests/conftest.py: the longest first.
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder

# The first Python that the pinned packages are tested with, else any newer one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo $$p; exit; }; done; \
	for p in python3 python; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done)

# Nothing from the caller's own Python may slip in; the same bytes come out on every machine.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP JUPYTER_PATH
export PYTHONHASHSEED := 0
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Nor anyone's settings for matplotlib, or a list of fonts that another program left half written.
export MPLCONFIGDIR := $(CURDIR)/.venv/.matplotlib

SOURCES := _config.yml _toc.yml requirements.txt $(wildcard references.bib) \
	$(shell find chapters mlp_core _ext _static -type f ! -name '*.pyc' ! -path '*/.*' 2>/dev/null)

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

book: _build/.built  ## build the book into _build/html
	@echo "The book is in $$PWD/_build/html/index.html"

_build/.built: .venv/.installed $(SOURCES)
	@mkdir -p _build
	@$(PY) -c "from jupyter_book.cli.main import main; main()" build . -W -n --keep-going $(ARGS) \
		|| { rm -rf _build/.doctrees; echo "The book was not built: see the warnings above." >&2; exit 1; }
	@touch $@

student: .venv/.installed  ## build an edition without the solutions into _build/student
	@mkdir -p _build/student
	@BOOK_SOLUTIONS=no $(PY) -c "from jupyter_book.cli.main import main; main()" build . --path-output _build/student -W -n --keep-going $(ARGS)
	@echo "The book without its solutions is in $$PWD/_build/student/_build/html/index.html"

zip: book  ## pack the built book into one file for a room without internet
	@$(PY) _ext/pack_book.py _build/html _build/how-a-neural-network-learns.zip

pdf: book  ## print the book into one PDF, _build/pdf/how-a-neural-network-learns.pdf (needs Chromium or Chrome)
	@$(PY) _ext/print_book.py _build/html _build/pdf/how-a-neural-network-learns.pdf

student-pdf: student  ## the same without the solutions
	@$(PY) _ext/print_book.py _build/student/_build/html _build/pdf/how-a-neural-network-learns-student.pdf

serve: book  ## build, then serve the book on this machine (PORT=8000)
	@echo "The book is at http://localhost:$(PORT)/ (Ctrl-C stops it)"
	@$(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

lab: .venv/.installed  ## open the chapters in JupyterLab
	@JUPYTER_CONFIG_DIR="$$PWD/.jupyter" $(PY) -m jupytext_config set-default-viewer myst markdown >/dev/null
	@JUPYTER_CONFIG_DIR="$$PWD/.jupyter" JUPYTER_PREFER_ENV_PATH=1 $(PY) -m jupyterlab --notebook-dir=chapters $(ARGS)

test: .venv/.installed  ## run every test: units, laws, the built book, browser, Binder
	@$(PY) -m pytest $(SIDE_BY_SIDE) $(ARGS)

test-fast: .venv/.installed  ## run the tests that need neither the built book nor a browser
	@$(PY) -m pytest $(SIDE_BY_SIDE) -m "not slow and not browser and not build" $(ARGS)

bench: .venv/.installed .venv/.peers  ## measure speed
	@$(PY) tests/benchmarks/bench.py $(ARGS)
	@echo; echo "Watch the loss fall, in a browser on a processor four times slower"
	@$(PY) tests/benchmarks/flagship_bench.py
	@echo
	@$(PY) tests/benchmarks/live_bench.py
	@echo
	@$(PY) tests/benchmarks/page_bench.py

clean:  ## remove what was built (the environment in .venv stays)
	@rm -rf _build build dist mlp_core.egg-info .pytest_cache .ruff_cache .hypothesis .jupyter

.venv/.installed: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found on PATH. Name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(PY) || { echo "Making an environment in .venv with $$($(PYTHON) --version)"; }
	@test -x $(PY) || "$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make environments. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@test -x $(PY) || "$(PYTHON)" -m venv .venv
	@echo "Installing the pinned packages (a few minutes the first time)"
	@$(PY) -m pip install --quiet -r requirements.txt
	@$(PY) -c "import matplotlib.font_manager"
	@touch $@

.venv/.peers: .venv/.installed requirements-peers.txt
	@$(PY) -m pip install --quiet -r requirements-peers.txt && touch $@ \
		|| echo "The peers could not all be installed: measuring against those that are here" >&2
