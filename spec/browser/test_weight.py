"""Pages are small and come from one place."""

from urllib.parse import urlsplit

import pytest

from states import STATES
from visitor import DESKTOP, PHONE, Look

LIMIT = 30_000  # bytes of HTML, style and script, uncompressed
REQUESTS = 4  # beside the logos

PAGES = [
    "invite",
    "contact",
    "setup",
    "form",
    "form-with-a-taken-name",
    "success-with-an-app",
    "reset",
    "invite-expired",
    "login-with-a-wrong-password",
    "consent-to-much",
    "code-to-copy",
    "device-with-a-wrong-code",
    "device-confirm",
    "device-done",
    "app-unknown",
]


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_small(server, visit, links, neighbour, page, width):
    go, *_ = STATES[page]
    visitor = visit(Look(width, language="ar"))  # its letters are two bytes
    go(visitor, links, neighbour)
    # Everything that the page wants of somebody who has seen no other: some of it this visitor may have had.
    files = visitor.page.evaluate(
        """() => [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img")]
            .filter((element) => element.loading !== "lazy" || element.complete)
            .map((element) => element.href || element.src)"""
    )
    requests = [visitor.page.url, *(url for url in files if "/logos/" not in url)]
    assert len(requests) <= REQUESTS, requests

    texts = [urlsplit(url) for url in files if urlsplit(url).path.endswith((".css", ".js"))]
    assert texts
    sizes = [len(server.get(f"{url.path}?{url.query}").body) for url in texts]
    assert len(visitor.page.content().encode()) + sum(sizes) < LIMIT


def test_nothing_is_stored_about_a_visitor(visit, links):
    visitor = visit()
    visitor.open(links.form(links.account()))
    assert visitor.context.cookies() == []
    assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0
