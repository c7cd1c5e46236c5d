"""The content that comes with the product: demonstration content, not clinically approved."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from workstation.content.library import engine_of
from workstation.content.source import Content, Folder, read, read_rows
from workstation.decision_support.engine import Engine


@cache
def content() -> Content:
    """Return the shipped demonstration content as its authors have it, with the rows' tests."""
    return read(_folder())


@cache
def in_use() -> Content:
    """Return the shipped content as a package has it, without the rows' tests: quick, and small."""
    return read_rows(_folder()).bare()


@cache
def engine() -> Engine:
    """Return the shipped content, compiled."""
    return engine_of(in_use())


def _folder() -> Folder:
    return files("workstation").joinpath("content", "demonstration")
