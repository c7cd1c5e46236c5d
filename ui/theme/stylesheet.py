"""The one stylesheet of the application, generated from the tokens.

It dresses the widgets Qt draws; the kit's own widgets paint themselves. Four-pixel grid, no
gradients, no shadows, focus always visible.
"""

from __future__ import annotations

from importlib.resources import files
from string import Template

from ui.theme.tokens import Tokens
from ui.theme.typography import FAMILY

_TEMPLATE = "application.qss"


def stylesheet(tokens: Tokens) -> str:
    """Return the stylesheet for one set of tokens."""
    text = files("ui.theme").joinpath(_TEMPLATE).read_text("utf-8")
    return Template(text).substitute(tokens.colours(), family=FAMILY)
