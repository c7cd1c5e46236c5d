"""What a form may declare. Element names are those of a FHIR Questionnaire.

Extensions of ours: ``unit`` and ``plausible`` on quantities, ``calculated``, ``observation``
(the answer becomes a value in the record), and a form's ``check`` list. ``en`` is the English.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

ItemType = Literal[
    "group", "display", "string", "text", "boolean", "integer", "decimal", "quantity", "date",
    "dateTime", "choice",
]  # fmt: skip
Calculation = Literal["news2", "bmi", "sum"]
Prefill = Literal[
    "problems", "medication", "hypersensitivity", "infection", "laboratory", "vitals", "kidney",
    "metformin", "anticoagulant", "pregnancy", "implants", "weight", "",
]  # fmt: skip
"""What of the record a question begins with, as text that says where it stands."""
LinkId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class _Declared(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"
):
    """Unknown elements are refused: a misspelt rule must not be silently no rule."""


class Option(_Declared, frozen=True, kw_only=True, rename="camel"):
    """An answer to choose. ``points``: what it counts in a ``sum``."""

    value: str
    text: str
    en: str = ""
    points: int = 0


class EnableWhen(_Declared, frozen=True, kw_only=True, rename="camel"):
    """Ask only when another answer is so."""

    question: LinkId
    operator: Literal["exists", "=", "!=", ">", "<", ">=", "<="]
    answer: str | bool | int


class Calculated(_Declared, frozen=True, kw_only=True, rename="camel"):
    """The value follows from other answers. ``of``: the calculation's argument → linkId."""

    by: Calculation
    of: dict[str, LinkId] = {}
    items: tuple[LinkId, ...] = ()


class ObservationCode(_Declared, frozen=True, kw_only=True, rename="camel"):
    """The code under which the answer becomes a value in the record."""

    system: str
    code: str
    display: str
    ucum: str = ""


class Item(_Declared, frozen=True, kw_only=True, rename="camel"):
    """A question, a group of such, or a text to read. ``initial``: what it begins with; ``today``."""

    link_id: LinkId
    text: str
    en: str = ""
    type: ItemType
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    max_length: int = 0
    unit: str = ""
    plausible: tuple[Decimal, Decimal] | None = None
    answer_option: tuple[Option, ...] = ()
    enable_when: tuple[EnableWhen, ...] = ()
    enable_behavior: Literal["all", "any"] = "all"
    calculated: Calculated | None = None
    observation: ObservationCode | None = None
    prefill: Prefill = ""
    initial: str = ""
    item: tuple[Item, ...] = ()


class Check(_Declared, frozen=True, kw_only=True, rename="camel"):
    """Two answers that must stand in order: ``that: diastolic < systolic``."""

    that: str
    or_else: str = msgspec.field(name="else")
    en: str = ""


class Form(_Declared, frozen=True, kw_only=True, rename="camel"):
    """A form at one version. A change of meaning is a new version.

    ``note_type``: KV Anteckningstyp of the note it becomes. ``referral_type``: the referral it
    becomes; ``specialty``: only for units that receive by ``form:<specialty>``. ``source``: whence
    its content.
    """

    name: LinkId
    version: int
    title: str
    en: str = ""
    note_type: Literal["utr", "atb", "sam", "sao", "ins", "slu", "auf", "sva", "bes", ""] = ""
    referral_type: Literal["consultation", "takeover", "laboratory", "imaging", "own", ""] = ""
    specialty: str = ""
    source: str = ""
    item: tuple[Item, ...]
    check: tuple[Check, ...] = ()


def questions(form: Form) -> tuple[Item, ...]:
    """Return every item, groups included, in the order of the screen."""
    found: list[Item] = []

    def walk(items: tuple[Item, ...]) -> None:
        for item in items:
            found.append(item)
            walk(item.item)

    walk(form.item)
    return tuple(found)
