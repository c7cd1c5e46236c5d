"""The page's templates and files: ours, escaped by default, nothing from anywhere else."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from workstation.domain.runs import labelled
from workstation.domain.texts import _, in_language
from workstation.server.page.exact import exact

STATIC = {
    "page.css": "text/css",
    "live.js": "text/javascript",
    "page.svg": "image/svg+xml",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("workstation.server.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["exact"] = exact
    environment.filters["labelled"] = labelled
    environment.globals["_"] = _
    return environment


def render(template: str, language: str, **values: object) -> str:
    """Return the page in a language."""
    with in_language(language):
        return _environment().get_template(template).render(lang=language, **values)


@cache
def static(name: str) -> bytes:
    """Return one of the page's own files."""
    return files("workstation.server.page").joinpath("static", name).read_bytes()
