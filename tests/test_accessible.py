"""The book for everybody: read by ear, by keyboard alone, enlarged, in the dark, without motion."""

import pytest
from visits import CHECKS, LEAN, OPEN, SCHEMES, WIDTHS, ask, ask_axe, axe_rules, open_page

pytestmark = [pytest.mark.build, pytest.mark.browser]


def test_axe_finds_nothing(visits):
    """On any page, light or dark, with solutions, code and figures open."""
    asked = [(width, scheme) for width in WIDTHS for scheme in SCHEMES if axe_rules(width, scheme)]
    assert {axe_rules(*state) for state in asked} == {"all", "colours", "others"}
    for state in asked:
        assert not (found := visits.complaints(*state, "axe")), found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("check", ["contrast", "paints", "theme"])
def test_words_and_pictures_stand_out_from_their_ground(check, scheme, visits):
    assert not (found := visits.complaints("desktop", scheme, check)), found


@pytest.mark.parametrize("check", ["headings", "pictures", "language"])
def test_the_page_tells_those_who_listen_what_it_holds(check, visits):
    assert not (found := visits.complaints("desktop", "light", check)), found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("check", ["clipped", "stranded", "overlaps", "scrollers"])
def test_nothing_is_cut_covered_or_out_of_reach(check, width, visits):
    for scheme in SCHEMES:
        assert not (found := visits.complaints(width, scheme, check)), found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("check", ["sideways", "clipped", "overlaps"])
def test_text_may_be_spaced_wider(check, width, visits):
    assert not (found := visits.complaints(width, "spaced", check)), found


@pytest.mark.parametrize("width", ["telephone", "zoomed"])
def test_figures_are_worked_with_a_finger(width, visits):
    assert not (found := visits.complaints(width, "light", "targets")), found


FOCUS = f"() => {{ window.keyboard = {CHECKS}.keyboard; }}"

BOX = '<figure class="mlp-live">{}</figure>'
FAULTS = [
    ("contrast", '<p style="color: #888; background: #fff">grey on white</p>'),
    ("paints", '<svg role="img"><path d="M0 0L9 9" style="stroke: #123456; stroke-width: 2"/></svg>'),
    ("paints", '<svg role="img"><g id="text_1"><path d="M0 0L9 9" style="fill: var(--mlp-grid)"/></g></svg>'),
    ("sideways", '<p style="width: 3000px">wide</p>'),
    ("clipped", '<p style="width: 4em; overflow: hidden; white-space: nowrap">words that are cut off</p>'),
    ("stranded", '<p style="width: 3em"><span class="kept" style="white-space: normal"><span class="math"><span '
                 'style="display: inline-block">formula</span><annotation>f</annotation></span>, and</span></p>'),
    ("overlaps", BOX.format('<button style="margin-right: -9px">one</button><button>two</button>')),
    ("overlaps", BOX.format("<output></output>")),
    ("scrollers", '<div style="width: 4em; overflow: auto"><p style="width: 9em">wider than its box</p></div>'),
    ("targets", BOX.format('<button style="height: 30px; width: 90px">low</button>')),
    ("headings", "<h6>out of order</h6>"),
    ("headings", "<h1>another title</h1>"),
    ("pictures", '<img src="data:," alt="loss.png">'),
    ("pictures", '<svg role="img"></svg>'),
    ("search", '<input type="search">'),
]

RULES = {
    "color-contrast": '<p style="color: #888; background: #fff">grey on white</p>',
    "link-in-text-block": '<p>words <a href="#" style="color: #444; text-decoration: none">here</a> and words</p>',
    "image-alt": '<img src="data:,">',
    "button-name": '<button type="button"></button>',
    "label": '<input type="range">',
    "list": "<ul><p>no item</p></ul>",
    "heading-order": "<h6>out of order</h6>",
    "aria-valid-attr-value": '<p aria-live="loudly">x</p>',
}


def test_each_check_would_notice(site_url, watched):
    """What is wrong on purpose is found; without it nothing is."""
    page = watched(reduced_motion="reduce").page
    open_page(page, f"{site_url}/chapters/licences.html")
    page.evaluate(OPEN)
    assert not any((found := ask(page)).values()), found
    plant = """html => { const box = document.createElement('div'); box.id = 'fault'; box.innerHTML = html;
        document.querySelector('.bd-article > section').append(box); }"""
    for check, fault in FAULTS:
        page.evaluate(plant, fault)
        assert ask(page, [check])[check], (check, fault)
        page.evaluate("document.getElementById('fault').remove()")
    page.evaluate(plant, "".join(RULES.values()))
    found = ask_axe(page)
    assert {told.split(":")[0] for told in found} == set(RULES), found
    page.evaluate("document.documentElement.lang = ''")
    assert ask(page, ["language"])["language"]


def walk(page, limit=1500):
    """Press Tab from the top of the page to its end. Returns the stops."""
    stops = []
    while len(stops) < limit:
        page.keyboard.press("Tab")
        stop = page.evaluate("keyboard.stop()")
        if stop is None:
            return stops
        stops.append(stop)
    raise AssertionError(f"no end after {limit} stops")


@pytest.mark.parametrize(("name", "width", "scheme"), [("08-gradient-descent", 1280, "light"), ("index", 320, "dark"),
                                                       ("06-forward-pass", 320, "dark")])
def test_everything_is_reached_by_keyboard_and_seen_to_be(name, width, scheme, site_url, watched):
    page = watched(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce").page
    open_page(page, f"{site_url}/chapters/{name}.html")
    page.evaluate(OPEN)
    page.evaluate(FOCUS)
    stops = walk(page)
    assert "#main-content" in stops[0]["html"]
    assert not (missed := page.evaluate("keyboard.missed()")), missed
    assert not [stop["html"] for stop in stops if not stop["marked"]]
    assert not [stop["html"] for stop in stops if not stop["on"]]
    kinds = ["theme-switch-button", "search-button", "type=\"range\"", "mlp-reset"]
    for kind in [*kinds, "copybtn", "<summary"] if name != "index" else kinds:
        assert any(kind in stop["html"] for stop in stops), kind


@pytest.mark.parametrize("width", [1280, 375])
def test_the_search_is_opened_used_and_left_by_keyboard(width, site_url, watched):
    page = watched(viewport={"width": width, "height": 900}, reduced_motion="reduce").page
    open_page(page, f"{site_url}/chapters/licences.html")
    page.evaluate(FOCUS)
    field = page.locator(".search-button__wrapper input")
    button = page.locator(":is(.search-button, .search-button-field):visible")
    focused = "element => element === document.activeElement"
    button.press("Enter")
    assert field.evaluate(focused)
    assert field.evaluate("element => keyboard.marked(element)")
    assert not (found := ask_axe(page)), found
    page.keyboard.press("Escape")
    assert not field.is_visible()
    assert button.evaluate(focused)
    page.keyboard.press("Control+k")
    assert field.evaluate(focused)
    page.keyboard.press("Tab")  # walks on into the page
    assert not field.is_visible()
    assert page.evaluate("document.activeElement.matches('a, button')")
    page.keyboard.press("Control+k")
    page.keyboard.type("momentum")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")


@pytest.mark.parametrize("which", ["primary", "secondary"])
def test_the_lists_beside_a_page_are_opened_used_and_left_by_keyboard(which, site_url, watched):
    """On a telephone, where they lie over the page."""
    page = watched(viewport={"width": 375, "height": 800}, reduced_motion="reduce").page
    open_page(page, f"{site_url}/chapters/licences.html")
    button, link = page.locator(f".{which}-toggle:visible"), page.locator(f".bd-sidebar-{which} nav a").last
    inside = f"() => document.querySelector('.bd-sidebar-{which}').contains(document.activeElement)"
    assert not link.is_visible()
    button.press("Enter")
    page.wait_for_function(inside)
    assert link.is_visible()
    page.evaluate(LEAN)
    assert not (found := ask_axe(page)), found
    page.keyboard.press("Escape")
    assert not link.is_visible()
    assert button.evaluate("element => element === document.activeElement")
    button.press("Enter")
    page.wait_for_function(inside)
    link.focus()
    page.keyboard.press("Tab")
    assert not page.evaluate(inside)
    assert not link.is_visible()
    button.press("Enter")
    page.wait_for_function(inside)
    link.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("licences.html"))


def test_a_screen_reader_is_told_once_when_the_slider_rests(site_url, watched):
    """The slider speaks for itself while it moves; the sentence is said when it has stood still for a while."""
    page = watched().page
    page.clock.install(time=0)
    open_page(page, f"{site_url}/chapters/08-gradient-descent.html")
    page.clock.pause_at(60_000)  # from now on time passes only when told to
    figure = page.locator(".mlp-live").first
    status = figure.locator("[role=status]")
    assert status.get_attribute("aria-live") == "polite"
    assert status.inner_text() == ""
    assert all(value.get_attribute("aria-hidden") == "true" for value in figure.locator("output").all())
    status.evaluate("""element => { window.said = [];
        new MutationObserver(() => window.said.push(element.textContent)).observe(element, { childList: true }); }""")
    slider = figure.locator("input[type=range]").first
    for _ in range(8):
        before = slider.get_attribute("aria-valuetext")
        slider.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") != before
        page.clock.run_for(200)
    assert page.evaluate("window.said") == []
    page.clock.run_for(2000)
    assert page.evaluate("window.said") == [figure.locator(".mlp-sentence").inner_text()]


MOVES = """() => [...document.querySelectorAll('*')].filter(element => {
  const s = getComputedStyle(element);
  return s.scrollBehavior === 'smooth' || s.animationName !== 'none'
    || s.transitionDuration.split(',').some(time => parseFloat(time) > 0);
}).map(element => element.outerHTML.slice(0, 120))"""


PLAYED = """element => { element.click(); const input = document.getElementById('gallery-relus-p0');
  return Number(input.value) / Number(input.max); }"""


def test_nothing_moves_for_those_who_ask_for_less_motion(site_url, watched):
    """No smooth scrolling, nothing that slides or fades, and "Play" goes to the end at once instead of playing."""
    page = watched(reduced_motion="no-preference").page
    open_page(page, f"{site_url}/chapters/gallery.html")
    page.evaluate(OPEN)
    play, reset = page.locator("#gallery-relus [data-play]"), page.locator("#gallery-relus .mlp-reset")
    assert page.evaluate(MOVES)
    assert play.evaluate(PLAYED) < 1
    reset.click()
    page.emulate_media(reduced_motion="reduce")
    assert not page.evaluate(MOVES)
    assert play.evaluate(PLAYED) == 1
