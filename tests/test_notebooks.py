"""The notebooks that the pages offer: made from the source, the same every time, and they run by themselves."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "_ext"))

from book_notebooks import colab_button, notebook  # noqa: E402

SOURCE = (ROOT / "chapters" / "08-gradient-descent.md").read_text(encoding="utf-8")
ADDRESS = "https://github.com/ada/book"


def test_a_notebook_holds_the_chapters_cells_and_no_outputs():
    made = nbformat.reads(notebook(SOURCE), as_version=4)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    assert len(code) == len(re.findall(r"^```\{code-cell\}", SOURCE, flags=re.M))
    assert not any(cell.outputs for cell in code)
    assert made.cells[0].source.startswith("(chapter-gradient-descent)=\n# Gradient descent")
    assert made.metadata.kernelspec.name == "python3"


def test_a_notebook_is_the_same_every_time_and_its_ids_differ():
    one, two = notebook(SOURCE, ADDRESS, "main"), notebook(SOURCE, ADDRESS, "main")
    assert one == two
    ids = [cell["id"] for cell in json.loads(one)["cells"]]
    assert len(set(ids)) == len(ids)


def test_the_first_cell_installs_from_the_repository_where_it_is_known():
    first, *rest = nbformat.reads(notebook(SOURCE, ADDRESS, "trunk"), as_version=4).cells
    assert f'%pip install -q "mlp_core[all] @ git+{ADDRESS}@trunk"' in first.source
    assert [cell.source for cell in rest] == [cell.source for cell in
                                              nbformat.reads(notebook(SOURCE), as_version=4).cells]


def test_what_the_first_cell_installs_is_all_that_chapters_import():
    """A chapter that needs another package must have it named in the first cell, by the extra `all` or by itself."""
    known = {"mlp_core", "numpy", "sympy", "matplotlib", "ipywidgets", "anywidget", "tqdm", "sklearn", "IPython"}
    for path in (ROOT / "chapters").glob("*.md"):
        cells = "\n".join(re.findall(r"^```\{code-cell\}.*?\n(.*?)^```", path.read_text("utf-8"), re.M | re.S))
        named = set(re.findall(r"^\s*(?:import|from) (\w+)", cells, re.M))
        assert named - known <= set(sys.stdlib_module_names), path.name


def test_a_page_of_text_is_no_notebook():
    with pytest.raises(ValueError, match="expected the header of a notebook"):
        notebook("# Glossary\n")


def test_the_button_opens_the_published_notebook():
    assert colab_button(ADDRESS, "chapters/x")["url"] == (
        "https://colab.research.google.com/github/ada/book/blob/notebooks/chapters/x.ipynb")


def test_the_published_notebooks_are_written_without_the_book(tmp_path):
    subprocess.run([sys.executable, ROOT / "_ext/book_notebooks.py", tmp_path, ADDRESS, "main"], check=True)
    assert (tmp_path / "chapters/08-gradient-descent.ipynb").read_text("utf-8") == notebook(SOURCE, ADDRESS, "main")
    assert not (tmp_path / "chapters/glossary.ipynb").exists()


@pytest.mark.build
def test_every_page_offers_its_source_and_every_notebook_its_notebook(built_html):
    for page in sorted((built_html / "chapters").glob("*.html")):
        text = page.read_text(encoding="utf-8")
        source = (ROOT / "chapters" / page.with_suffix(".md").name).read_text(encoding="utf-8")
        offered = set(re.findall(r'href="\.\./_sources/(chapters/[^"]+)"', text))
        assert f"chapters/{page.stem}.md" in offered, page.name
        assert (f"chapters/{page.stem}.ipynb" in offered) == ("\nkernelspec:" in source), page.name
        assert text.count("_sources/") == text.count('" target="_blank" download'), page.name
        for name in offered:
            assert (built_html / "_sources" / name).is_file(), name
        if "\nkernelspec:" in source:
            made = json.loads((built_html / "_sources" / f"chapters/{page.stem}.ipynb").read_text("utf-8"))
            assert not any(cell.get("outputs") for cell in made["cells"])


@pytest.mark.build
@pytest.mark.browser
def test_both_are_saved_by_a_click(built_html, site_url, watched):
    page = watched(accept_downloads=True).page
    page.goto(f"{site_url}/chapters/01-neuron.html")
    for ending in (".ipynb", ".md"):
        page.locator("button:has(.fa-download)").click()
        with page.expect_download() as saved:
            page.locator("a", has_text=ending).click()
        assert saved.value.suggested_filename == f"01-neuron{ending}"
        file = built_html / "_sources" / "chapters" / f"01-neuron{ending}"
        assert Path(saved.value.path()).read_bytes() == file.read_bytes()
