"""The content that comes with the product: demonstration content, not clinically approved."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from workstation.content.library import engine_of
from workstation.content.source import Content, read
from workstation.decision_support.engine import Engine


@cache
def content() -> Content:
    """Return the shipped demonstration content."""
    return read(files("workstation").joinpath("content", "demonstration"))


@cache
def engine() -> Engine:
    """Return the shipped content, compiled."""
    return engine_of(content())
