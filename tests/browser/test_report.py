# Copyright (c) 2026, certops
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report in a real browser: what is seen, at which width, in which colours, and what assistive technology is told."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

import pytest

from ansible_collections.certops.kubernetes.plugins.filter.tls_report import tls_report

from . import sample
from .chromium import Chromium

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATE = (ROOT / "roles" / "tls_report" / "files" / "report.html.j2").read_text()
PICTURES = ROOT / ".cache" / "reports"

SAMPLES = {"mixed": sample.mixed(), "healthy": sample.healthy(), "many": sample.many(), "hostile": sample.hostile()}
WIDTHS, SCHEMES = (1280, 390), ("light", "dark")

# Pairs of what can be read badly: contrast below 4.5 (WCAG 2.2, 1.4.3), with the backgrounds below it blended.
CONTRAST = """
(() => {
  const parse = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return {r, g, b, a}; };
  const light = ({r, g, b}) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const found = parse(getComputedStyle(at).backgroundColor);
      if (found.a === 1) return found;
    }
    return {r: 255, g: 255, b: 255};
  };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length || element.closest("title, desc")) continue;
    const style = getComputedStyle(element);
    const ink = light(parse(element instanceof SVGElement ? style.fill : style.color)), paper = light(behind(element));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    seen += 1;
    if (ratio < 4.5) bad.push(`${ratio.toFixed(2)} ${element.outerHTML.slice(0, 120)}`);
  }
  return {seen, bad};
})()
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """One browser for all of them."""
    found = Chromium(tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


@pytest.fixture(params=SAMPLES)
def name(request: pytest.FixtureRequest) -> str:
    """Each of the clusters."""
    return str(request.param)


@pytest.fixture
def page(name: str, tmp_path: pathlib.Path) -> pathlib.Path:
    """The report on it."""
    file = tmp_path / "report.html"
    chains = [] if name == "healthy" else [sample.chain()]
    file.write_text(tls_report(SAMPLES[name], TEMPLATE, sample.NOW_TEXT, chains=chains), "utf-8")
    return file


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_can_be_read(browser: Chromium, page: pathlib.Path, name: str, width: int, scheme: str) -> None:
    browser.show(page, width, scheme)
    if name == "mixed":
        PICTURES.mkdir(parents=True, exist_ok=True)
        browser.picture(PICTURES / f"tls_report-{width}-{scheme}.png")
    assert browser.run("document.documentElement.scrollWidth") == width
    contrast = browser.run(CONTRAST)
    assert contrast["seen"] > 30
    assert contrast["bad"] == []
    assert browser.complaints() == []
    assert browser.requests() == [page.as_uri()]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_host_is_there(browser: Chromium, page: pathlib.Path, name: str, width: int) -> None:
    browser.show(page, width, "light")
    shown = browser.run("[...document.querySelectorAll('[aria-labelledby=hosts] tbody th')].map(th => th.innerText)")
    assert sorted(text.split("\n")[0] for text in shown) == sorted(row["host"] for row in SAMPLES[name]["hosts"])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_of_a_row_is_out_of_sight(browser: Chromium, page: pathlib.Path, width: int) -> None:
    browser.show(page, width, "light")
    cut = browser.run(
        "[...document.querySelectorAll('th, td, li, p, dd, dt')].filter(e => e.getClientRects().length)"
        ".filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest('thead')).map(e => e.outerHTML.slice(0, 200))"
    )
    assert cut == []


def test_what_is_hostile_stays_text(browser: Chromium, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "report.html"
    chains = [{"msg": sample.HOSTILE}]
    text = tls_report(SAMPLES["hostile"], TEMPLATE, sample.NOW_TEXT, title=sample.HOSTILE, chains=chains)
    assert text.count("<script") == text.count("<img") == 0
    file.write_text(text, "utf-8")
    browser.show(file, 1280, "light")
    assert browser.run("document.title") == sample.HOSTILE
    assert browser.run("document.querySelector('h1').innerText") == sample.HOSTILE
    assert browser.run("document.querySelectorAll('script, img, [onerror]').length") == 0
    assert browser.complaints() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_assistive_technology_is_told_the_same(browser: Chromium, tmp_path: pathlib.Path, width: int) -> None:
    file = tmp_path / "report.html"
    file.write_text(tls_report(SAMPLES["mixed"], TEMPLATE, sample.NOW_TEXT, chains=[sample.chain()]), "utf-8")
    browser.show(file, width, "light")
    roles = browser.roles()
    headings = [name for role, name in roles if role == "heading"]
    assert headings[:4] == ["TLS report", "What could not be seen", "When certificates end", "Findings"]
    assert {"banner", "main", "contentinfo", "figure", "table", "list", "time"} <= {role for role, _name in roles}
    heads = [name for role, name in roles if role == "columnheader"]
    assert heads[:5] == ["Host", "Certificate", "Signed by", "Ends", "State"]
    rows = [name for role, name in roles if role == "rowheader"]
    assert len(rows) == len(SAMPLES["mixed"]["hosts"]) + 1 + len(SAMPLES["mixed"]["issuers"])
    assert ("image", "Certificates by their end") in roles
    assert browser.run("document.documentElement.lang") == "en"


def test_every_link_leads_to_its_finding(browser: Chromium, page: pathlib.Path) -> None:
    browser.show(page, 1280, "light")
    lost = browser.run(
        "[...document.querySelectorAll('a')].filter(a => !document.querySelector(a.getAttribute('href'))).length"
    )
    assert lost == 0


def test_the_picture_shows_each_certificate_with_a_date(browser: Chromium, page: pathlib.Path, name: str) -> None:
    browser.show(page, 390, "dark")
    titles = browser.run("[...document.querySelectorAll('figure g > title')].map(title => title.textContent)")
    dated = {
        (row["secret_namespace"], row["secret_name"]) for row in SAMPLES[name]["hosts"] if row["not_after"] is not None
    }
    assert len(titles) == min(24, len(dated))
    outside = browser.run(
        "(() => { const edge = document.querySelector('figure svg').getBoundingClientRect();"
        " return [...document.querySelectorAll('figure rect, figure text')].map(e => e.getBoundingClientRect())"
        ".filter(r => r.width && (r.left < edge.left - 2 || r.right > edge.right + 2)).length; })()"
    )
    assert outside == 0
