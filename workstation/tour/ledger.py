"""What the tour found: every check with its time and pictures, as JSON and as a page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that must be so. ``seconds``: since the check before it."""

    step: str
    what: str
    ok: bool
    seconds: float


@dataclass
class Ledger:
    """Collects checks and pictures in ``out``; ``say`` tells the person who watches."""

    out: Path
    say: Callable[[str], None]
    checks: list[Check] = field(default_factory=list)
    pictures: list[tuple[str, str, str]] = field(default_factory=list)
    _step: str = ""
    _since: float = field(default_factory=time.monotonic)

    def step(self, name: str) -> None:
        """Begin a step of the story."""
        self._step = name
        self.say(f"\n{name}")

    def check(self, what: str, ok: bool) -> None:
        """Record whether ``what`` is so."""
        now = time.monotonic()
        found = Check(step=self._step, what=what, ok=ok, seconds=round(now - self._since, 3))
        self._since = now
        self.checks.append(found)
        self.say(f"  {'ok  ' if ok else 'FAIL'} {what} ({found.seconds:.2f} s)")

    def picture_path(self, name: str, caption: str) -> Path:
        """Return where to save the step's next picture."""
        file = f"{len(self.pictures) + 1:02d}-{name}.png"
        self.pictures.append((self._step, file, caption))
        return self.out / file

    @property
    def ok(self) -> bool:
        """Whether every check held (and there was one)."""
        return bool(self.checks) and all(check.ok for check in self.checks)

    def write(self) -> None:
        """Write ``tour.json`` and ``index.html``."""
        plain = {"ok": self.ok, "checks": [asdict(check) for check in self.checks]}
        text = json.dumps(plain, ensure_ascii=False, indent=1)
        (self.out / "tour.json").write_text(text, encoding="utf-8")
        (self.out / "index.html").write_text(self._page(), encoding="utf-8")

    def _page(self) -> str:
        steps = list(dict.fromkeys(check.step for check in self.checks))
        body = "".join(self._section(step) for step in steps)
        held = sum(check.ok for check in self.checks)
        return _PAGE.format(held=held, all=len(self.checks), body=body)

    def _section(self, step: str) -> str:
        rows = "".join(
            f'<li class="{"ok" if c.ok else "fail"}">{escape(c.what)} '
            f"<small>{c.seconds:.2f} s</small></li>"
            for c in self.checks
            if c.step == step
        )
        figures = "".join(
            f'<figure><img src="{escape(file)}" alt="{escape(caption)}" loading="lazy">'
            f"<figcaption>{escape(caption)}</figcaption></figure>"
            for where, file, caption in self.pictures
            if where == step and (self.out / file).exists()
        )
        return f"<section><h2>{escape(step)}</h2><ul>{rows}</ul>{figures}</section>"


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Ronden, the tour</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem }}
li {{ list-style: none }} li.ok::before {{ content: "✓ "; color: #1b7a4b }}
li.fail {{ font-weight: 600 }} li.fail::before {{ content: "✗ "; color: #a8231c }}
small {{ color: #566676 }} img {{ max-width: 100%; border: 1px solid #dce2e8 }}
figure {{ margin: 1rem 0 }} figcaption {{ color: #566676 }} ul {{ padding: 0 }}
</style>
<h1>Ronden, the tour</h1>
<p>{held} of {all} checks held. Everybody in it is invented.</p>
{body}
</html>
"""
