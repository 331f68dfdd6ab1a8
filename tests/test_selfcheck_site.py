"""Every self-check of the built book, answered by keyboard: wrongly by a known mistake, rightly by its own truth.

`test_selfcheck` answers them with all their known mistakes, without a browser.
"""

import json

import pytest

from chapters import CHAPTERS

PAGES = [path for path in CHAPTERS if ":::{self-check}" in path.read_text(encoding="utf-8")]
KEPT = "[Object.keys(localStorage).sort(), Object.keys(sessionStorage), document.cookie]"
pytestmark = [pytest.mark.build, pytest.mark.browser]


def said(box):
    return box.locator(".mlp-check-said").inner_text()


def typed(box, text):
    """Type an answer and press Enter; what is said."""
    field = box.locator("input[type=text]")
    field.focus()
    field.press("ControlOrMeta+a")
    field.page.keyboard.type(text)
    field.press("Enter")
    return said(box)


def chosen(box, number):
    """Choose an answer with the space bar, go to the button with the tabulator, and press it; what is said."""
    page = box.page
    box.locator("input[type=radio]").nth(number).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    return said(box)


def mistaken(check):
    """An answer that a known mistake would give."""
    _, twin = (check["rivals"] or [("sign", -check["truth"])])[-1]
    return twin if check["kind"] == "formula" else f"{twin:.16f}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_self_check_answers(watched, site_url, path):
    page = watched().page
    page.goto(f"{site_url}/chapters/{path.stem}.html")
    boxes = page.locator(".mlp-check")
    assert boxes.count() == path.read_text(encoding="utf-8").count(":::{self-check}")
    for number in range(boxes.count()):
        box = boxes.nth(number)
        check = json.loads(box.get_attribute("data-check"))
        live = box.locator(".mlp-check-said")
        assert [live.get_attribute(name) for name in ("role", "aria-live")] == ["status", "polite"]
        assert live.inner_text() == ""
        assert not box.locator("details").evaluate("details => details.open")
        if check["kind"] == "choice":
            for option, why in enumerate(check["why"]):
                assert chosen(box, option).split(maxsplit=1)[0] == ("Right." if option == check["right"] else "Not")
                assert said(box).endswith(why)
            continue
        assert typed(box, mistaken(check)).startswith("Not yet. Hint: "), check
        explain = box.get_by_role("button", name="Explain")
        explain.press("Enter")
        assert live.locator("p").count() >= 2
        assert explain.is_hidden()
        assert typed(box, "3 +").startswith("Nothing to compare yet. Something is missing after +.")
        assert box.locator("input[type=text]").get_attribute("aria-invalid") == "true"
        assert typed(box, str(check["truth"])).startswith("Right.")
        assert box.locator("input[type=text]").get_attribute("aria-invalid") == "false"
    assert page.evaluate(KEPT) == [["mode", "theme"], [], ""]  # the choice of colours, as on every page


def test_scripts_come_only_where_there_is_a_self_check(built_html):
    with_checks = {path.stem for path in PAGES}
    for page in built_html.glob("chapters/*.html"):
        loads = "self-check.js" in page.read_text(encoding="utf-8")
        assert loads == (page.stem in with_checks), page.stem


def test_it_fits_a_telephone_and_a_finger(watched, site_url):
    page = watched(viewport={"width": 320, "height": 640}).page
    for stem in ("03-chain-rule", "01-neuron"):
        page.goto(f"{site_url}/chapters/{stem}.html")
        sizes = page.evaluate("""Array.from(document.querySelectorAll(
            ".mlp-check :is(input[type=text], .mlp-check-ask, .mlp-check-option, summary)"),
            e => [e.className || e.tagName, e.getBoundingClientRect().height, e.getBoundingClientRect().right])""")
        assert sizes
        assert [size for size in sizes if size[1] < 44 or size[2] > 320] == []


def test_the_question_stands_without_scripts_and_in_print(watched, site_url):
    plain = watched(java_script_enabled=False).page
    plain.goto(f"{site_url}/chapters/01-neuron.html")
    printed = watched().page
    printed.goto(f"{site_url}/chapters/01-neuron.html")
    printed.emulate_media(media="print")
    for page in (plain, printed):
        box = page.locator(".mlp-check").nth(1)
        assert box.get_by_text("What happens to its firing line?").is_visible()
        assert box.get_by_text("It moves, without turning.").first.is_visible()
        assert box.locator(".mlp-check-ask").is_hidden()
        assert page.locator(".mlp-check input[type=text]").first.is_hidden()
    assert plain.locator(".mlp-check summary").first.is_visible()
