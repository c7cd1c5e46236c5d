"""Text into HTML so that exactly the same text comes out of the browser again."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_CONTROLS = re.compile("[\x01-\x08\x0b-\x1f\x7f]")


def exact(text: str) -> Markup:
    """Return ``text`` escaped, its control characters as references, so that none is changed.

    A browser makes line feeds of carriage returns and drops others; as references they stay.
    NUL cannot stand in HTML at all and is shown as its picture, U+2400.
    """
    escaped = str(escape(text)).replace("\0", "\u2400")
    return Markup(_CONTROLS.sub(lambda found: f"&#{ord(found[0])};", escaped))
