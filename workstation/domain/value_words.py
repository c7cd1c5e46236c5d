"""A value as it is read: decimal comma, its unit, and a mark where it is outside its range."""

from __future__ import annotations

from workstation.domain.dosage_words import measured_words
from workstation.domain.entity import EntityState
from workstation.domain.observation import Observation, ReferenceRange
from workstation.domain.texts import _
from workstation.domain.values import Quantity

_UNIT_TEXTS = {
    "mm[Hg]": "mmHg",
    "mm Hg": "mmHg",
    "Cel": "°C",
    "{score}": "",
    "10^9/L": "×10⁹/L",
    "10*9/L": "×10⁹/L",
    "10^12/L": "×10¹²/L",
    "10*12/L": "×10¹²/L",
}


def amount(quantity: Quantity, *, with_unit: bool = True) -> str:
    """Return ``4,0 mmol/L`` with the digits that were answered; a comparator stands first."""
    number = f"{quantity.comparator}\u00a0{measured_words(quantity.value)}".lstrip()
    unit = _UNIT_TEXTS.get(quantity.unit, quantity.unit)
    return f"{number}\u00a0{unit}" if unit and with_unit else number


def value_text(body: Observation) -> str:
    """Return the whole value; of several parts all of them, in order."""
    if body.quantity is not None:
        return amount(body.quantity)
    if body.components:
        return _components(body)
    if body.coded is not None:
        return body.coded.label
    if body.text:
        return body.text
    return body.absent.label if body.absent else _("No value")


def _components(body: Observation) -> str:
    quantities = [c.quantity for c in body.components if c.quantity is not None]
    units = {q.unit for q in quantities}
    if len(quantities) == len(body.components) == 2 and len(units) == 1:
        first, second = quantities
        return f"{amount(first, with_unit=False)}/{amount(second)}"
    parts = []
    for component in body.components:
        if component.quantity is not None:
            said = amount(component.quantity)
        else:
            said = component.coded.label if component.coded else component.text
        parts.append(f"{component.concept.label} {said}")
    return ", ".join(parts)


def mark(body: Observation) -> str:
    """Return the shape that stands with a value outside its range; empty inside it."""
    shapes = {"HH": "◆ ↑", "LL": "◆ ↓", "AA": "◆", "H": "↑", "L": "↓", "A": "▲"}
    return shapes.get(body.interpretation, "")


def range_text(reference: ReferenceRange | None) -> str:
    """Return ``117–153``, ``< 5`` or ``> 90``, with the range's own words where it has some."""
    if reference is None:
        return ""
    low, high = reference.low, reference.high
    if low is not None and high is not None:
        return f"{measured_words(low.value)}–{measured_words(high.value)}"
    if high is not None:
        return f"< {measured_words(high.value)}"
    if low is not None:
        return f"> {measured_words(low.value)}"
    return reference.text


def earlier_value(state: EntityState) -> Observation | None:
    """Return what a corrected result said before, as it was last read; None where nothing was."""
    said = [v.body for v in state.line.versions if isinstance(v.body, Observation)]
    now = state.current.body
    earlier = [body for body in said if body is not now and value_text(body) != _now_text(now)]
    return earlier[-1] if earlier and len(said) > 1 else None


def _now_text(body: object) -> str:
    return value_text(body) if isinstance(body, Observation) else ""


def corrected_text(before: Observation, now: Observation) -> str:
    """Return ``was 5,1 mmol/L, is 6,4 mmol/L``: a correction is read as both."""
    return _("corrected: was {before}, is {now}").format(
        before=value_text(before), now=f"{value_text(now)} {mark(now)}".rstrip()
    )
