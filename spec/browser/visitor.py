"""Somebody with a browser."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from words import say

SCREENSHOTS = Path(__file__).resolve().parent / "screenshots"

PHONE = 390
DESKTOP = 1280

_CHROME = "(KHTML, like Gecko) Chrome/131.0.0.0"
AGENTS = {
    "Linux": f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 {_CHROME} Safari/537.36",
    "Windows": f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 {_CHROME} Safari/537.36",
    "Android": f"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 {_CHROME} Mobile Safari/537.36",
    "iOS": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1",
    "unknown": "Mozilla/5.0 (PlayStation; PlayStation 5/5.10) AppleWebKit/605.1.15 (KHTML, like Gecko)",
}

# Chromium reports the status of a page that says "this link has expired" as an error of its own.
_STATUS_OF_PAGE = re.compile(r"the server responded with a status of (4\d\d|5\d\d)")


@dataclass(frozen=True)
class Look:
    """How somebody sees a page."""

    width: int = DESKTOP
    scheme: str = "light"
    language: str = "en"

    def __str__(self):
        return f"{self.width}-{self.scheme}-{self.language}"


class Visitor:
    """complaints: what the browser objected to, and requests to other websites than those `allowed`."""

    def __init__(self, chromium, look, device=None, scripts=True, allowed=()):
        self.look = look
        self.complaints, self.responses = [], []
        self.allowed = tuple(allowed)
        self.origin = None
        is_phone = look.width < 600
        self.context = chromium.new_context(
            viewport={"width": look.width, "height": 844 if is_phone else 800},
            is_mobile=is_phone,
            has_touch=is_phone,
            color_scheme=look.scheme,
            locale=look.language,
            java_script_enabled=scripts,
            ignore_https_errors=True,
            user_agent=AGENTS[device or ("Android" if is_phone else "Linux")],
            extra_http_headers={"Sec-CH-UA-Platform": '"Unknown"'} if device == "unknown" else None,
        )
        self.context.set_default_timeout(10_000)
        self.context.on("request", self._watch_request)
        self.context.on("response", lambda response: self.responses.append(response))
        self.context.on("console", self._watch_console)
        self.context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        self.page = self.context.new_page()

    # What the browser does

    def _watch_request(self, request):
        url = urlsplit(request.url)
        origin = f"{url.scheme}://{url.netloc}"
        if url.scheme in ("http", "https") and origin != self.origin and origin not in self.allowed:
            self.complaints.append(f"request to another website: {request.url}")

    def _watch_console(self, message):
        if message.type in ("error", "warning") and not _STATUS_OF_PAGE.search(message.text):
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    # What the person does

    def open(self, link):
        """Opens a link; the answer."""
        url = urlsplit(link)
        self.origin = f"{url.scheme}://{url.netloc}"
        return self.page.goto(link)

    def say(self, message, **values):
        return say(self.look.language, message, **values)

    def click(self, message, **values):
        """Clicks on the link or button with these words."""
        name = _pattern(self.say(message, **values))
        button = self.page.get_by_role("button", name=name)
        if button.count():
            button.click()
        else:
            self._follow(self.page.get_by_role("link", name=name))

    def _follow(self, element):
        with self.page.expect_navigation():
            element.click()

    def press(self, message, **values):
        """Clicks on the button of a form with these words."""
        self._follow(self.page.get_by_role("button", name=_pattern(self.say(message, **values))))

    def log_in(self, name, password):
        self.page.locator("#username").fill(name)
        self.page.locator("#password").fill(password)
        self.press("login_button")

    def choose(self, app):
        """Clicks on the button beside one of the apps in the list."""
        item = self.page.get_by_role("listitem").filter(has=self.page.get_by_role("heading", name=app))
        self._follow(item.get_by_role("link"))

    def unfold(self, message, **values):
        """Opens a closed part of the page."""
        self.page.locator("summary").filter(has_text=_pattern(self.say(message, **values))).click()

    def unfold_all(self):
        """Opens all closed parts; how many there were."""
        closed = self.page.locator("details:not([open]) > summary:visible")
        count = 0
        while closed.count():
            closed.first.click()
            count += 1
        return count

    def fill(self, name=None, password=None):
        if name is not None:
            self.page.locator("#user").fill(name)
        if password is not None:
            self.page.locator("#password").fill(password)

    def submit(self):
        self._follow(self.page.locator("button[type=submit]"))

    def register(self, name=None, password=None):
        self.fill(name, password)
        self.submit()

    def send_unchecked(self, name=None, password=None):
        """Sends the form past the browser's own checks, as older browsers do."""
        self.page.locator("form").evaluate("(form) => { form.noValidate = true; }")
        self.register(name, password)

    def leave(self):
        self.context.close()

    # What the person sees

    @property
    def heading(self):
        return _plain(self.page.locator("h1").inner_text())

    def heading_says(self, message, **values):
        return self.heading == self.say(message, **values)

    @property
    def text(self):
        return _plain(self.page.locator("main").inner_text())

    def sees(self, message, **values):
        return self.say(message, **values) in self.text

    def status(self):
        """Of the page that is shown now."""
        pages = [answer for answer in self.responses if answer.request.is_navigation_request()]
        return pages[-1].status

    def screenshot(self, state):
        self.page.evaluate("document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; })")
        self.page.wait_for_function("() => [...document.images].every((image) => image.complete)")
        self.page.screenshot(path=SCREENSHOTS / f"{state}-{self.look}.png", full_page=True)


# Invisible marks keep names in order among words that run the other way.


def _plain(text):
    return re.sub("[\u2066-\u2069]", "", text)


def _pattern(text):
    """Matches the text with or without such marks."""
    return re.compile(
        "^" + "".join("[\\s\u2066-\u2069]*" + re.escape(letter) for letter in text) + "[\\s\u2066-\u2069]*$"
    )


def apart(act, *arguments, **more):
    """Runs what has an event loop of its own, such as a slixmpp client: Playwright has the one of this thread."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(act, *arguments, **more).result()
