"""The two faces that paper is set in, embedded; what they lack shows as a box and keeps its text.

reportlab is loaded when something is first printed: it costs a tenth of a second.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from io import BytesIO
from threading import Lock
from typing import Any

REGULAR = "Ronden-Regular"
BOLD = "Ronden-Bold"
_FILES = {REGULAR: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf"}
_BEYOND = re.compile(r"<([0-9A-F]{2})> <([0-9A-F]{5,6})>")

ONE_AT_A_TIME = Lock()
"""A font learns what one document needs of it: documents are drawn one after the other."""


@cache
def fonts() -> dict[str, Any]:
    """Return the faces by name, registered with reportlab."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    class Font(TTFont):  # type: ignore[misc]
        """Tells readers of the file which character each code is, beyond U+FFFF as well."""

        def addObjects(self, doc: Any) -> None:  # noqa: N802  reportlab's name
            super().addObjects(doc)
            for name, stored in doc.idToObject.items():
                if name.startswith("toUnicodeCMap:"):
                    stored.content = _BEYOND.sub(_utf16, stored.content)

    found: dict[str, Any] = {}
    for name, file in _FILES.items():
        data = files("workstation.printing").joinpath("fonts", file).read_bytes()
        found[name] = Font(name, BytesIO(data))
        pdfmetrics.registerFont(found[name])
    return found


def learn(font: str, text: str) -> None:
    """Have characters that the face lacks drawn as its empty box, each under its own code."""
    face = fonts()[font].face
    for sign in set(text):
        if ord(sign) not in face.charToGlyph:
            face.charToGlyph[ord(sign)] = 0
            face.charWidths[ord(sign)] = face.defaultWidth


def width(text: str, font: str, size: float) -> float:
    """Return a text's width in points."""
    measured: float = fonts()[font].stringWidth(text, size)
    return measured


def _utf16(match: re.Match[str]) -> str:
    return f"<{match[1]}> <{chr(int(match[2], 16)).encode('utf-16-be').hex().upper()}>"
