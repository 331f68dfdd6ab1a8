"""The content-security policy of the pages: what the book brought runs, what was slipped in does not."""

import pytest

PAGES = ["index.html", "chapters/index.html", "chapters/08-gradient-descent.html", "genindex.html",
         "search.html?q=momentum"]


@pytest.mark.browser
@pytest.mark.parametrize("page_name", PAGES)
@pytest.mark.parametrize("place", ["folder", "server"])
def test_nothing_of_the_book_is_refused(watched, built_html, site_url, place, page_name):
    page = watched().page
    page.goto(f"{built_html.as_uri() if place == 'folder' else site_url}/{page_name}")
    if "search" in page_name:
        page.wait_for_selector("#search-results li")
    page.wait_for_load_state("load")  # `watched` holds whatever the browser complained about against the test


@pytest.mark.browser
def test_what_was_slipped_in_does_not_run(browser, site_url):
    page = browser.new_page()
    page.goto(site_url + "/chapters/08-gradient-descent.html")
    ran = page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.slippedIn = true";
        document.body.append(script);
        const button = document.createElement("button");
        button.setAttribute("onclick", "window.slippedIn = true");
        document.body.append(button);
        button.click();
        return window.slippedIn === true;
    }""")
    assert not ran
    refused = page.evaluate("""() => new Promise(resolve => {
        document.addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective));
        new Image().src = "http://127.0.0.2/tracker.png";
    })""")
    assert refused == "img-src"
    page.close()
