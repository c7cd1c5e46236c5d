"""The form that published rows take. Every row says where it comes from and whether that was seen.

Rows are trees read from JSON: nothing in them points back, so the collector need not follow
them (``gc=False``), and a package of 20,000 rows costs nobody a pause.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from workstation.decision_support.findings import Tier

Category = Literal[
    "interaction",
    "contraindication",
    "renal",
    "allergy",
    "duplicate",
    "dose",
    "age",
    "pregnancy",
    "lactation",
    "lab",
    "guideline",
]


class Level(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={"if_": "if"},
    forbid_unknown_fields=True,
):
    """One line of a decision table; the first that holds decides. ``none`` is silence, decided."""

    severity: Literal["none", "info", "warning", "critical"]
    if_: dict[str, Any] = {}
    interrupts: bool = False
    text: str = ""


class Example(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A test the row carries: a case, and the tier expected of this row.

    ``none``: silent; ``unknown``: it says that the check was not possible.
    """

    case: dict[str, Any]
    expect: Literal["none", "unknown", "info", "warning", "critical"]
    interrupts: bool | None = None


class _Sourced(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """What every row carries. ``verified``: somebody read it in the source that is named.

    A ``draft`` or ``retired`` row is in the package for its readers and is never asked.
    """

    id: str
    source: str
    version: str = "1.0.0"
    verified: bool = False
    grade: str = ""
    owner: str = "demonstration"
    status: Literal["draft", "active", "retired"] = "active"
    guidelines: list[str] = []


class Rule(
    _Sourced,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={"with_": "with"},
    forbid_unknown_fields=True,
):
    """A drug, perhaps another drug or a condition, and a table of levels.

    A rule without a ``drug`` is about one that is not there: it is asked of the whole list when
    a chart is reviewed, and never interrupts.

    ``unknown: show`` tells the reader when a level that would be worse cannot be decided, and
    ``unknown_if`` in whom: nobody is asked for the kidney function of every healthy young person.
    ``washout`` gives days after its end for which the first (``drug``) or second (``with``)
    drug of a pair still counts.
    """

    category: Category
    problem: str
    text: str
    levels: list[Level]
    drug: str = ""
    with_: str = ""
    when: dict[str, Any] = {}
    unknown: Literal["quiet", "show"] = "quiet"
    unknown_if: dict[str, Any] = {}
    washout: dict[Literal["drug", "with"], int] = {}
    suggest: list[str] = []
    tests: list[Example] = []


class AllergyGroup(_Sourced, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """Drugs that cross-react. ``relation`` picks the lines of the allergy table."""

    relation: Literal["class", "side-chain", "related"]
    members: list[str]
    allergens: list[str] = []
    names: list[str] = []
    but: list[str] = []
    text: str = ""
    tests: list[Example] = []


class AllergyLevel(_Sourced, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """One line of the allergy table: relation, reaction and certainty to a tier."""

    relation: Literal["same", "class", "side-chain", "related"]
    reaction: list[Literal["severe", "moderate", "mild", "unspecified", "intolerance"]]
    certain: bool | None = None
    severity: Literal["none", "info", "warning", "critical"]
    interrupts: bool = False
    tests: list[Example] = []


class DuplicateClass(_Sourced, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """Drugs of which one is enough. ``drug`` is a set; as-needed beside regular is no duplicate."""

    drug: str
    severity: Tier
    text: str
    interrupts: bool = False
    tests: list[Example] = []


class Duplicates(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """What is said of the same substance twice, and where two are meant.

    ``one_brand``: of what ``exempt_same`` names, where two strengths of one product are meant
    and two products are not.
    """

    same: DuplicateClass
    level_4: DuplicateClass
    exempt_same: list[str] = []
    one_brand: list[str] = []
    exempt_level_4: list[str] = []
    classes: list[DuplicateClass] = []


class RiskAdd(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    rename={"if_": "if"},
    forbid_unknown_fields=True,
):
    """A fact of the patient that adds to a risk, or takes from it (negative points)."""

    if_: dict[str, Any]
    points: int
    text: str


class RiskRow(_Sourced, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A summed risk: points by drug set, points by fact, and the three sums that raise its level.

    ``monitor`` names the laboratory codes whose trend belongs beside it.
    """

    kind: str
    title: str
    limits: list[int]
    drugs: dict[str, int]
    adds: list[RiskAdd] = []
    monitor: list[str] = []


class Tables(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All rows of one package."""

    rules: tuple[Rule, ...] = ()
    allergy_groups: tuple[AllergyGroup, ...] = ()
    allergy_levels: tuple[AllergyLevel, ...] = ()
    duplicates: Duplicates | None = None
    risks: tuple[RiskRow, ...] = ()
