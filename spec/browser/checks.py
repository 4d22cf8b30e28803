"""What every page has to be, whatever it says. Each check returns the faults it finds, as sentences."""

import re
from importlib.resources import files

from visitor import PHONE

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RIGHT_TO_LEFT = {"ar"}

TARGETS = "a.button, button, summary, input, .suggestions a"
FOCUSABLE = "a[href], button, summary, input"

_VISIBLE = """
const visible = (element) => element.checkVisibility({ contentVisibilityAuto: true }) && element.type !== "hidden";
const named = (element) => {
    const text = (element.innerText || element.id || element.tagName).trim().replace(/\\s+/g, " ").slice(0, 40);
    return `${element.tagName.toLowerCase()} "${text}"`;
};
"""


def all_faults(visitor):
    """What does not depend on the width of the window is looked for on phones only."""
    checks = [language_and_title, filled_in, scheme, targets, focus, zoomed]
    if visitor.look.width == PHONE:
        checks += [accessibility, tied_problems, narrow]
    return [fault for check in checks for fault in check(visitor)]


def _ask(visitor, script, argument=None):
    return visitor.page.evaluate(f"(argument) => {{ {_VISIBLE} {script} }}", argument)


def language_and_title(visitor):
    language = visitor.look.language
    lang, direction, title, headings = _ask(
        visitor,
        """
        const { lang } = document.documentElement, headings = document.querySelectorAll("h1");
        return [lang, document.dir || "ltr", document.title, headings.length];
        """,
    )
    if lang != language:
        yield f'lang is "{lang}"'
    if direction != ("rtl" if language in RIGHT_TO_LEFT else "ltr"):
        yield f'dir is "{direction}"'
    if not title.strip(" -:") or re.search(r"[{}]", title):
        yield f'the title is "{title}"'
    if headings != 1:
        yield f"{headings} headings of the first level"


def filled_in(visitor):
    """No place of a template or message is left."""
    for place in re.findall(r"{ ?[$\w.]+[^}]*}?", visitor.page.locator("body").inner_text()):
        yield f'"{place}" was not filled in'


def scheme(visitor):
    ground = _ask(visitor, "return getComputedStyle(document.body).backgroundColor")
    is_dark = sum(int(part) for part in re.findall(r"\d+", ground)[:3]) < 3 * 128
    if is_dark != (visitor.look.scheme == "dark"):
        yield f"the ground is {ground} for who wants it {visitor.look.scheme}"


def accessibility(visitor):
    if not visitor.page.evaluate("() => 'axe' in window"):
        visitor.page.evaluate(AXE + "; null")
    found = visitor.page.evaluate("(options) => axe.run(options)", AXE_OPTIONS)
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"axe {violation['id']}: {violation['help']}: {node['html']}: {node['failureSummary']}"


def tied_problems(visitor):
    """What is wrong with a field is read out with the field."""
    yield from _ask(
        visitor,
        """
        const faults = [];
        for (const input of document.querySelectorAll("[aria-invalid]")) {
            const ids = (input.getAttribute("aria-describedby") || "").split(/\\s+/);
            const about = ids.map((id) => document.getElementById(id));
            if (about.includes(null)) faults.push(`${named(input)} is described by what is not there`);
            if (!about.some((part) => part && part.matches(".problem, :has(.problem)") && visible(part)))
                faults.push(`${named(input)} is invalid, and not described by a problem`);
        }
        for (const problem of document.querySelectorAll(".problem")) {
            const owner = problem.closest("[id]");
            if (!owner || !document.querySelector(`[aria-describedby~="${owner.id}"]`))
                faults.push(`the problem "${problem.innerText}" belongs to no field`);
        }
        return faults;
        """,
    )


def targets(visitor):
    """A finger meets them."""
    yield from _ask(
        visitor,
        """
        return [...document.querySelectorAll(argument)].filter(visible)
            .map((element) => [element, (element.type === "checkbox" && element.closest("label") || element)
                .getBoundingClientRect()])
            .filter(([, box]) => box.height < 43.9 || box.width < 43.9)
            .map(([element, box]) => `${named(element)} is ${box.width.toFixed()} x ${box.height.toFixed()} pixels`);
        """,
        TARGETS,
    )


def focus(visitor):
    """The Tab key meets everything, in the order of the page, and shows where it is."""
    expected = _ask(visitor, "return [...document.querySelectorAll(argument)].filter(visible).map(named)", FOCUSABLE)
    _ask(visitor, "document.activeElement.blur(); window.getSelection().removeAllRanges(); window.scrollTo(0, 0)")
    _ask(visitor, "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    met = []
    for _ in expected:
        visitor.page.keyboard.press("Tab")
        name, style, width = _ask(
            visitor,
            """
            const style = getComputedStyle(document.activeElement);
            return [named(document.activeElement), style.outlineStyle, parseFloat(style.outlineWidth)];
            """,
        )
        met.append(name)
        if style == "none" or width < 2:
            yield f"{name} does not show that it has the focus"
    if met != expected:
        yield f"the Tab key goes {met} instead of {expected}"


def _overflow(visitor, how, width):
    page_width, culprits = _ask(
        visitor,
        """
        const wide = [...document.body.querySelectorAll("*")].filter(visible).filter((element) => {
            const box = element.getBoundingClientRect();
            return box.right > argument + 0.5 || box.left < -0.5 || element.scrollWidth > element.clientWidth + 1
                && element.clientWidth > 0 && element.tagName !== "INPUT";
        });
        return [document.documentElement.scrollWidth, wide.map(named)];
        """,
        width,
    )
    if page_width > width:
        yield f"{how}, the page is {page_width} pixels wide"
    for culprit in culprits:
        yield f"{how}, {culprit} is too wide"


def narrow(visitor):
    page, size = visitor.page, visitor.page.viewport_size
    page.set_viewport_size({"width": 320, "height": size["height"]})
    yield from _overflow(visitor, "at 320 pixels", 320)
    page.set_viewport_size(size)


def zoomed(visitor):
    """Text of twice the size, as set in the browser's settings."""
    _ask(visitor, 'document.documentElement.style.fontSize = "200%"')
    yield from _overflow(visitor, "at 200 %", visitor.look.width)
    _ask(visitor, 'document.documentElement.style.fontSize = ""')
