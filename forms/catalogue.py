"""What can be ordered: analyses with their tubes, panels, favourites; examinations. Content, not code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

from forms.declared import declared
from workstation.domain.observation import NPU
from workstation.domain.values import Coding, Concept

LOCAL_CODES = "urn:ronden:order-code"
"""For what has no NPU code."""
T = TypeVar("T")


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unknown elements are refused."""


class Specimen(_Row, frozen=True, kw_only=True):
    """A tube or vessel. ``volume`` as it is read aloud."""

    key: str
    name: str
    colour: str
    material: str
    volume: str


class Analysis(_Row, frozen=True, kw_only=True):
    """One analysis. ``field`` empty: clinical chemistry; ``local``: done at the ordering unit."""

    code: str
    name: str
    specimen: str
    aliases: tuple[str, ...] = ()
    fasting: bool = False
    instruction: str = ""
    field: str = ""
    local: bool = False

    @property
    def concept(self) -> Concept:
        """What an order says of it."""
        system = NPU if self.code.startswith(("NPU", "SWE")) else LOCAL_CODES
        return Concept(text=self.name, codings=(Coding(system=system, code=self.code),))


class Panel(_Row, frozen=True, kw_only=True):
    """Analyses that are ordered together."""

    key: str
    name: str
    analyses: tuple[str, ...]


class Examination(_Row, frozen=True, kw_only=True):
    """An examination, with the form that is asked for it."""

    code: str
    name: str
    form: str
    contrast: bool = False
    preparation: str = ""

    @property
    def concept(self) -> Concept:
        """What an order says of it."""
        return Concept(text=self.name, codings=(Coding(system=LOCAL_CODES, code=self.code),))


class _Laboratory(_Row, frozen=True, kw_only=True):
    specimens: tuple[Specimen, ...]
    analyses: tuple[Analysis, ...]
    panels: tuple[Panel, ...]
    favourites: dict[str, tuple[str, ...]]


class _Imaging(_Row, frozen=True, kw_only=True):
    examinations: tuple[Examination, ...]


@dataclass(frozen=True, kw_only=True)
class Tube:
    """One vessel to fill, and what is analysed in it."""

    specimen: Specimen
    analyses: tuple[Analysis, ...]


@cache
def laboratory() -> _Laboratory:
    """Return the laboratory's catalogue.

    Raises:
        ValueError: It names a vessel or an analysis that it does not describe.
    """
    found = _read("laboratory.yaml", _Laboratory)
    vessels = {specimen.key for specimen in found.specimens}
    known = {analysis.code for analysis in found.analyses}
    named = [code for panel in found.panels for code in panel.analyses]
    named += [code for codes in found.favourites.values() for code in codes]
    lost = {a.specimen for a in found.analyses} - vessels | set(named) - known
    if lost:
        raise ValueError(f"the catalogue does not describe {sorted(lost)}")
    return found


@cache
def examinations() -> tuple[Examination, ...]:
    """Return every examination that can be ordered."""
    return _read("imaging.yaml", _Imaging).examinations


def analyses(codes: Iterable[str]) -> tuple[Analysis, ...]:
    """Return the analyses of these codes, in the order of the catalogue, each once."""
    wanted = set(codes)
    return tuple(a for a in laboratory().analyses if a.code in wanted)


def analysis_called(names: Iterable[str]) -> Analysis | None:
    """Return the analysis that has one of these codes or names, the first name first."""
    by_name: dict[str, Analysis] = {}
    for analysis in laboratory().analyses:
        for name in (analysis.code, analysis.name, *analysis.aliases):
            by_name.setdefault(name.casefold(), analysis)
    return next((by_name[n.casefold()] for n in names if n.casefold() in by_name), None)


def tubes(codes: Iterable[str]) -> tuple[Tube, ...]:
    """Return the vessels that an order takes, in the order of the catalogue."""
    ordered = analyses(codes)
    filled = {
        specimen: tuple(a for a in ordered if a.specimen == specimen.key)
        for specimen in laboratory().specimens
    }
    return tuple(Tube(specimen=s, analyses=each) for s, each in filled.items() if each)


def code_of(concept: Concept) -> str:
    """Return the catalogue's code of what was ordered, or an empty text."""
    return concept.code_in(NPU) or concept.code_in(LOCAL_CODES)


def _read(name: str, kind: type[T]) -> T:
    text = files("forms").joinpath("catalogues", name).read_text(encoding="utf-8")
    return msgspec.convert(declared(text), kind)
