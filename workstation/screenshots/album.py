"""The folder of pictures: every scene in every look, and the page that shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from ui.kit.picture import render_to_png
from ui.shell.window import MainWindow
from ui.theme.theme import apply_theme
from ui.theme.tokens import DARK, LIGHT


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a scene is drawn. ``size`` in logical pixels; ``ratio`` device pixels to each."""

    name: str
    size: QSize
    dark: bool = False
    ratio: float = 1.0


_SMALL, _LARGE = QSize(1280, 800), QSize(1920, 1080)
# The order spares changes of clothes: they cost more than pictures.
EVERY_LOOK = (
    Look(name="1280-light", size=_SMALL),
    Look(name="1920-light", size=_LARGE),
    Look(name="1920-dark", size=_LARGE, dark=True),
    Look(name="1280-dark", size=_SMALL, dark=True),
)
CLOSE_LOOKS = (
    Look(name="960x640-at-200-percent", size=QSize(960, 640), ratio=2.0),
    Look(name="640x400-at-200-percent", size=QSize(640, 400), ratio=2.0),
    Look(name="1280x640", size=QSize(1280, 640)),
)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One file, what it shows and how."""

    file: str
    caption: str
    look: Look


@dataclass
class Album:
    """Takes pictures into ``out``; ``say`` tells the person who waits."""

    out: Path
    app: QApplication
    say: Callable[[str], None]
    pictures: list[Picture] = field(default_factory=list)
    _dark: bool = False
    _scenes: int = 0

    async def take(
        self, window: MainWindow, name: str, caption: str, looks: tuple[Look, ...] = EVERY_LOOK
    ) -> None:
        """Draw the window in every look; ``name`` begins the files' names."""
        self._scenes += 1
        stem = f"{self._scenes:02d}-{name}"
        self.say(f"{stem}: {caption}")
        first_dark = self._dark
        for look in sorted(looks, key=lambda look: look.dark is not first_dark):
            await self._dress(look)
            file = f"{stem}-{look.name}.png"
            path = self.out / file
            await _outside_this_task(
                partial(render_to_png, window, path, look.size, ratio=look.ratio)
            )
            self.pictures.append(Picture(file=file, caption=caption, look=look))

    async def _dress(self, look: Look) -> None:
        if look.dark is not self._dark:
            self._dark = look.dark
            tokens = DARK if look.dark else LIGHT
            await _outside_this_task(lambda: apply_theme(self.app, tokens))

    def write(self) -> None:
        """Write ``index.html``."""
        captions = list(dict.fromkeys(picture.caption for picture in self.pictures))
        body = "".join(self._section(caption) for caption in captions)
        page = _PAGE.format(count=len(self.pictures), body=body)
        (self.out / "index.html").write_text(page, encoding="utf-8")

    def _section(self, caption: str) -> str:
        order = [look.name for look in (*EVERY_LOOK, *CLOSE_LOOKS)]
        shown = [picture for picture in self.pictures if picture.caption == caption]
        figures = "".join(
            f'<figure><a href="{escape(p.file)}"><img src="{escape(p.file)}" loading="lazy" '
            f'alt="{escape(caption)}, {escape(p.look.name)}"></a>'
            f"<figcaption>{escape(p.look.name)}</figcaption></figure>"
            for p in sorted(shown, key=lambda p: order.index(p.look.name))
        )
        return f"<section><h2>{escape(caption)}</h2><div>{figures}</div></section>"


async def _outside_this_task(act: Callable[[], object]) -> None:
    """Do what lets the window's own tasks go on where no task of ours is running."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def now() -> None:
        try:
            act()
        except OSError as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    loop.call_soon(now)
    await done


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Ronden, every screen</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #13202b; background: #f5f7f9 }}
div {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(560px, 1fr)); gap: 1rem }}
figure {{ margin: 0 }} img {{ width: 100%; border: 1px solid #dce2e8 }}
figcaption {{ color: #566676 }} h2 {{ margin: 2rem 0 .5rem; font-size: 1.1rem }}
</style>
<h1>Ronden, every screen</h1>
<p>{count} pictures. Everybody in them is invented.</p>
{body}
</html>
"""
