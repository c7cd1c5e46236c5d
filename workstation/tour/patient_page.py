"""The patient's own page, read as a browser reads it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from shutil import which

import httpx

_TEXT = re.compile(r"<[^>]+>")


@dataclass(kw_only=True)
class PatientPage:
    """A patient logged in."""

    url: str
    _client: httpx.Client

    def text(self, place: str) -> str:
        """Return what a place says, marks taken away, characters as they are."""
        return html.unescape(_TEXT.sub("", self.source(place)))

    def source(self, place: str) -> str:
        """Return a place's HTML. ``place`` is empty for the overview, or ``notes`` and so on."""
        return self._client.get(f"/journal/{place}".rstrip("/")).text

    def close(self) -> None:
        """Leave."""
        self._client.close()

    def picture(self, place: str, path: Path) -> bool:
        """Save the page as a browser draws it; False where there is no browser to do so."""
        return _photograph(self.url + f"/journal/{place}".rstrip("/"), self._cookies(), path)

    def _cookies(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self._client.cookies.items()]


def log_in(url: str, identity: str, password: str) -> PatientPage | None:
    """Log a patient in; None when the page does not let them."""
    client = httpx.Client(base_url=url, follow_redirects=True, timeout=30, trust_env=False)
    answer = client.post("/login", data={"identity": identity, "password": password})
    if answer.status_code != 200 or "/journal" not in str(answer.url):
        client.close()
        return None
    return PatientPage(url=url, _client=client)


def _photograph(url: str, cookies: list[tuple[str, str]], path: Path) -> bool:
    browser = which("chromium") or which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return False
    if browser is None:
        return False
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
        )
        context = opened.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": n, "value": v, "url": url} for n, v in cookies])
        page = context.new_page()
        page.goto(url)
        page.screenshot(path=str(path))
        opened.close()
    return True
