"""The flame graph's page in a browser: a click zooms, a search marks, nothing is fetched, nothing goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import BROWSER, Browser
from explanations import FOUND

from zshforge.report.flame_page import flame_page
from zshforge.report.flame_svg import flame_svg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no chromium here to open the page in"),
    pytest.mark.timeout(180),
]

_PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with Browser(tmp_path / "profile") as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Browser:
    file = tmp_path / "explain.html"
    file.write_text(flame_page(FOUND))
    browser.open(file)
    return browser


def widths(page: Browser) -> dict[str, float]:
    """The width of each box in percent of the whole, by its name."""
    found = page.value(
        "[...document.querySelectorAll('.box')].map(b => [b.title.split('\\n')[0],"
        " 100 * b.getBoundingClientRect().width / document.getElementById('graph').getBoundingClientRect().width])"
    )
    return {name: round(width) for name, width in found}


def test_a_click_zooms_and_takes_back(page: Browser) -> None:
    work = "work</script>,x()"
    before = widths(page)
    assert (before["to the prompt"], before["/z/.zshrc"], before[work]) == (100, 90, 30)
    page.click(".box.function")
    after = widths(page)
    assert (after["to the prompt"], after["/z/.zshrc"], after[work]) == (100, 100, 100)
    assert page.value("document.getElementById('told').textContent").startswith(f"{work}  /z/.zshrc:3: 30 ms (30.0 %)")
    page.click(".box.root")
    assert widths(page) == before
    page.click(".box.function")
    page.click("#reset")
    assert widths(page) == before


def test_a_search_marks_what_it_finds_and_tells_its_share(page: Browser) -> None:
    page.click("#search")
    page.type("WORK")
    assert page.value("[...document.querySelectorAll('.box.hit')].length") == 1
    assert page.value("document.getElementById('found').textContent") == "30 ms, 30.0 % in what is marked"
    colours = page.value("['.box.hit', '.box.file'].map(s => getComputedStyle(document.querySelector(s)).opacity + '')")
    assert colours == ["1", "0.3"]


def test_the_page_fetches_nothing_and_complains_about_nothing(page: Browser) -> None:
    page.value("1")
    asked = [e["params"]["request"]["url"] for e in page.events if e.get("method") == "Network.requestWillBeSent"]
    assert all(url.startswith("file:") for url in asked)
    assert len(asked) == 1
    wrong = [e for e in page.events if e.get("method") in ("Runtime.exceptionThrown", "Network.loadingFailed")]
    assert wrong == []
    assert page.value("document.getElementById('later').textContent").endswith("sleep (background)")


def test_it_can_be_seen(page: Browser) -> None:
    shot = page.screenshot()
    assert shot.startswith(_PNG)
    empty = page.value("document.body.replaceChildren()")
    assert empty is None
    assert len(shot) > 2 * len(page.screenshot())


def test_the_picture_is_drawn(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "explain.svg"
    file.write_text(flame_svg(FOUND))
    browser.open(file)
    assert browser.value("document.documentElement.tagName") == "svg"
    assert browser.value("[...document.querySelectorAll('rect')].filter(r => r.getBBox().width > 0).length") >= 4
