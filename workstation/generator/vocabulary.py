"""The words of the world: drugs, diagnoses, analyses and phrases, from the packaged tables.

The tables hold common knowledge (ATC, ICD-10-SE and NPU codes, usual doses and reference
intervals), written for invented patients. They are no clinical source.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import yaml

from workstation.domain.diagnosis import ICD10SE
from workstation.domain.observation import NPU, ReferenceRange
from workstation.domain.values import Coding, Concept, Quantity

UCUM = "http://unitsofmeasure.org"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """One laboratory analysis or vital sign.

    ``usual`` and ``spread`` describe healthy adults, in ``unit``. ``ranges`` are the reference
    ranges for women and men.
    """

    key: str
    concept: Concept
    unit: str
    ucum: str
    decimals: int
    usual: float
    spread: float
    ranges: dict[str, ReferenceRange]
    limits: dict[str, tuple[float, float]]

    def quantity(self, value: float) -> Quantity:
        """Return ``value`` (in the analysis' unit) as a laboratory gives it."""
        return Quantity(
            value=decimal_text(value, self.decimals),
            unit=self.unit,
            code=self.ucum,
            system=UCUM if self.ucum else "",
        )


def decimal_text(value: float, decimals: int) -> str:
    """Return a number with exactly ``decimals`` decimals, never as −0."""
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if not float(text) else text


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a packaged table, whose cells are separated by semicolons."""
    text = _read(f"{name}.csv")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


@cache
def phrases(name: str) -> dict[str, Any]:
    """Return a packaged phrase file."""
    loaded: dict[str, Any] = yaml.load(_read(f"{name}.yaml"), Loader=_Loader)  # noqa: S506
    return loaded


@cache
def analyses() -> dict[str, Analysis]:
    """Return every laboratory analysis by its short name."""
    return {row["key"]: _analysis(row) for row in table("labs")}


@cache
def vitals() -> dict[str, Analysis]:
    """Return every vital sign by its short name."""
    return {row["key"]: _vital(row) for row in table("vitals")}


@cache
def diagnoses() -> dict[str, Concept]:
    """Return every diagnosis by its ICD-10-SE code."""
    return {row["code"]: _icd(row["code"], row["text"]) for row in table("diagnoses")}


def _read(name: str) -> str:
    return files("workstation.generator").joinpath("data", name).read_text(encoding="utf-8")


def _icd(code: str, text: str) -> Concept:
    return Concept(text=text, codings=(Coding(system=ICD10SE, code=code, display=text),))


def _analysis(row: dict[str, str]) -> Analysis:
    coding = Coding(system=NPU, code=row["code"], display=row["name"])
    return Analysis(
        key=row["key"],
        concept=Concept(text=row["name"], codings=(coding,)),
        unit=row["unit"],
        ucum=row["ucum"],
        decimals=int(row["decimals"]),
        usual=float(row["usual"]),
        spread=float(row["spread"]),
        ranges={sex: _range(row, suffix) for sex, suffix in (("female", "f"), ("male", "m"))},
        limits={sex: _limits(row, suffix) for sex, suffix in (("female", "f"), ("male", "m"))},
    )


def _limits(row: dict[str, str], suffix: str) -> tuple[float, float]:
    low, high = row[f"low_{suffix}"], row[f"high_{suffix}"]
    return (float(low) if low else float("-inf"), float(high) if high else float("inf"))


def _range(row: dict[str, str], suffix: str) -> ReferenceRange:
    low, high = row[f"low_{suffix}"], row[f"high_{suffix}"]
    return ReferenceRange(
        low=Quantity(value=low, unit=row["unit"]) if low else None,
        high=Quantity(value=high, unit=row["unit"]) if high else None,
        text=_range_text(low, high),
    )


def _range_text(low: str, high: str) -> str:
    low, high = low.replace(".", ","), high.replace(".", ",")
    if low and high:
        return f"{low}–{high}"
    return f"< {high}" if high else (f"> {low}" if low else "")


def _vital(row: dict[str, str]) -> Analysis:
    limits = (float(row["low"]), float(row["high"]))
    return Analysis(
        key=row["key"],
        concept=Concept(text=row["name"]),
        unit=row["unit"],
        ucum=row["ucum"],
        decimals=int(row["decimals"]),
        usual=float(row["usual"]),
        spread=float(row["spread"]),
        ranges={},
        limits={"female": limits, "male": limits},
    )


def swedish(number: str | float | Decimal) -> str:
    """Return a number as Swedish text writes it, with a decimal comma."""
    return str(number).replace(".", ",")
