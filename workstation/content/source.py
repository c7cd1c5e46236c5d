"""A folder of YAML and CSV, the form authors write, read into typed rows.

``manifest.yaml`` names the package; ``catalogue.csv``, ``products.csv``, ``recommended.csv``,
``moved.csv``, ``sets.yaml``,
``laboratory.yaml``, ``allergies.yaml``, ``duplicates.yaml``, ``risks.yaml``, ``deadlines.yaml``,
``limits.yaml``, ``dose_times.yaml``, every ``rules/*.yaml`` and
``guidelines/*.yaml``, and in ``tests/*.yaml`` the tests of the rows by their ids: tests are checked, not packed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

import msgspec
import yaml

from workstation.content.dose_times import DoseTimesRow
from workstation.content.norm_rows import Deadlines, LimitRow
from workstation.decision_support.formulary import Preparation, Recommended
from workstation.decision_support.rows import (
    AllergyGroup,
    AllergyLevel,
    DuplicateClass,
    Duplicates,
    Example,
    RiskRow,
    Rule,
)
from workstation.domain.problem import Problem
from workstation.domain.texts import _

MARK = "demonstrationsinnehåll, ej kliniskt godkänt"
_MAY_LACK = frozenset(
    {
        "allergies.yaml",
        "duplicates.yaml",
        "risks.yaml",
        "deadlines.yaml",
        "limits.yaml",
        "dose_times.yaml",
    }
)
_T = TypeVar("_T")
_Row = TypeVar("_Row", Rule, AllergyGroup, AllergyLevel, DuplicateClass)


class ContentProblem(Problem):
    """The content cannot be used; the message names the file and row."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the package is, from when it applies and who decided. Days are ISO dates."""

    name: str
    version: int
    title: str
    status: str
    effective_from: str
    review_by: str
    decided_by: str = ""
    author: str = ""
    provenance: str = ""


class Product(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A substance of the catalogue, with a common form, strength and route."""

    atc: str
    name: str
    form: str = ""
    strength: str = ""
    route: str = ""
    usual: str = ""
    ingredients: str = ""
    source: str = ""


class SetRow(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename={"not_": "not"}):
    """A set of drugs by name."""

    atc: list[str]
    not_: list[str] = []
    use: str = "systemic"
    routes: list[str] = []


class AnalyteRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A laboratory code; ``factors`` multiply another unit into this one."""

    code: str
    name: str
    unit: str
    aliases: list[str] = []
    factors: dict[str, str] = {}


class Moved(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An ATC code that no longer exists and what it became."""

    old_code: str
    new_codes: str
    source: str = ""


class Guideline(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A guideline in the form of the region's RMR. Days are ISO dates; texts are Markdown.

    ``codes`` are the ICD-10 and ATC codes it is about; ``rules`` are found from the rules that
    name it. ``verified``: somebody has read it against its sources.
    """

    id: str
    title: str
    version: int
    key_message: str
    changes: str
    text: str
    decided: str
    valid_until: str
    review_by: str
    sources: list[str]
    codes: list[str] = []
    supersedes: str = ""
    decided_by: str = ""
    owner: str = "demonstration"
    verified: bool = False


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """All of one package, as it is built, signed and loaded."""

    manifest: Manifest
    catalogue: tuple[Product, ...] = ()
    products: tuple[Preparation, ...] = ()
    recommended: tuple[Recommended, ...] = ()
    moved: tuple[Moved, ...] = ()
    sets: dict[str, SetRow] = {}
    laboratory: tuple[AnalyteRow, ...] = ()
    rules: tuple[Rule, ...] = ()
    allergy_groups: tuple[AllergyGroup, ...] = ()
    allergy_levels: tuple[AllergyLevel, ...] = ()
    brands: dict[str, str] = {}
    duplicates: Duplicates | None = None
    guidelines: tuple[Guideline, ...] = ()
    risks: tuple[RiskRow, ...] = ()
    deadlines: Deadlines | None = None
    limits: tuple[LimitRow, ...] = ()
    dose_times: tuple[DoseTimesRow, ...] = ()

    def with_tests(self, tests: Mapping[str, list[Example]]) -> Content:
        """Return the content with tests put to their rows; ``{}`` and no others: see ``bare``."""
        if lost := sorted(tests.keys() - self.rule_ids()):
            raise ContentProblem(
                _("There are tests for {rule}, which is no row.").format(rule=lost[0]),
                _("Correct the row."),
            )
        return self._tested({name: [*self._own(name), *more] for name, more in tests.items()})

    def bare(self) -> Content:
        """Return the content without its rows' tests, as it is packed and loaded."""
        untested = self._tested({name: [] for name in self.rule_ids()})
        put, late = msgspec.structs.replace, self.deadlines
        return put(
            untested,
            deadlines=put(late, tests=[]) if late is not None else None,
            limits=tuple(put(row, tests=[]) for row in self.limits),
        )

    def _own(self, name: str) -> list[Example]:
        return next((row.tests for row in self.rows() if row.id == name), [])

    def _tested(self, tests: Mapping[str, list[Example]]) -> Content:
        def put(row: _Row) -> _Row:
            if row.id not in tests:
                return row
            return msgspec.structs.replace(row, tests=tests[row.id])

        twice = self.duplicates
        return msgspec.structs.replace(
            self,
            rules=tuple(map(put, self.rules)),
            allergy_groups=tuple(map(put, self.allergy_groups)),
            allergy_levels=tuple(map(put, self.allergy_levels)),
            duplicates=None
            if twice is None
            else msgspec.structs.replace(
                twice,
                same=put(twice.same),
                level_4=put(twice.level_4),
                classes=list(map(put, twice.classes)),
            ),
        )

    def rows(self) -> list[Rule | AllergyGroup | AllergyLevel | DuplicateClass]:
        """Return every row that can give a card."""
        rows: list[Rule | AllergyGroup | AllergyLevel | DuplicateClass] = [
            *self.rules,
            *self.allergy_groups,
            *self.allergy_levels,
        ]
        if self.duplicates is not None:
            rows += [self.duplicates.same, self.duplicates.level_4, *self.duplicates.classes]
        return rows

    def rule_ids(self) -> frozenset[str]:
        """Return the ids of every row that can give a card."""
        return frozenset(row.id for row in self.rows())


class Folder(Protocol):
    """Where the files lie: a ``Path`` or a folder inside the installed product."""

    @property
    def name(self) -> str: ...

    def joinpath(self, *descendants: str) -> Any: ...


def read(folder: Folder) -> Content:
    """Read a folder of content, with the tests of its rows.

    Raises:
        ContentProblem: A file is missing or cannot be read; the message names it.
    """
    return read_rows(folder).with_tests(_tests(folder))


def read_rows(folder: Folder) -> Content:
    """Read a folder of content; the tests beside its rows, more than half of it, are left unread.

    Raises:
        ContentProblem: A file is missing or cannot be read; the message names it.
    """
    allergies = _typed(_yaml(folder, "allergies.yaml") or {}, dict[str, Any], "allergies.yaml")
    duplicates, late = _yaml(folder, "duplicates.yaml"), _yaml(folder, "deadlines.yaml")
    return Content(
        manifest=_typed(_yaml(folder, "manifest.yaml"), Manifest, "manifest.yaml"),
        catalogue=_table(folder, "catalogue.csv", Product),
        products=_table(folder, "products.csv", Preparation),
        recommended=_table(folder, "recommended.csv", Recommended),
        moved=_table(folder, "moved.csv", Moved),
        sets=_typed(_yaml(folder, "sets.yaml"), dict[str, SetRow], "sets.yaml"),
        laboratory=_typed(
            _yaml(folder, "laboratory.yaml"), tuple[AnalyteRow, ...], "laboratory.yaml"
        ),
        rules=_rules(folder),
        allergy_groups=_typed(
            allergies.get("groups", []), tuple[AllergyGroup, ...], "allergies.yaml"
        ),
        allergy_levels=_typed(
            allergies.get("levels", []), tuple[AllergyLevel, ...], "allergies.yaml"
        ),
        brands=_typed(allergies.get("brands", {}), dict[str, str], "allergies.yaml"),
        duplicates=_typed(duplicates, Duplicates, "duplicates.yaml") if duplicates else None,
        guidelines=_guidelines(folder),
        risks=_typed(_yaml(folder, "risks.yaml") or [], tuple[RiskRow, ...], "risks.yaml"),
        deadlines=_typed(late, Deadlines, "deadlines.yaml") if late else None,
        limits=_typed(_yaml(folder, "limits.yaml") or [], tuple[LimitRow, ...], "limits.yaml"),
        dose_times=_typed(
            _yaml(folder, "dose_times.yaml") or [], tuple[DoseTimesRow, ...], "dose_times.yaml"
        ),
    )


def _tests(folder: Folder) -> dict[str, list[Example]]:
    """Read ``tests/*.yaml``: ids of rows with the tests each carries."""
    found: dict[str, list[Example]] = {}
    place = folder.joinpath("tests")
    if not place.is_dir():
        return found
    for path in sorted(place.iterdir(), key=lambda entry: str(entry.name)):
        if path.name.endswith(".yaml"):
            rows = _loaded(path) or {}
            found |= _typed(rows, dict[str, list[Example]], path.name)
    return found


def _guidelines(folder: Folder) -> tuple[Guideline, ...]:
    place = folder.joinpath("guidelines")
    if not place.is_dir():
        return ()
    return tuple(
        _typed(_loaded(path), Guideline, path.name)
        for path in sorted(place.iterdir(), key=lambda entry: str(entry.name))
        if path.name.endswith(".yaml")
    )


def _rules(folder: Folder) -> tuple[Rule, ...]:
    found: list[Rule] = []
    place = folder.joinpath("rules")
    if not place.is_dir():
        return ()
    for path in sorted(place.iterdir(), key=lambda entry: str(entry.name)):
        if path.name.endswith(".yaml"):
            rows = _typed(_loaded(path) or [], list[Any], path.name)
            found.extend(_typed(row, Rule, _place(path.name, row)) for row in rows)
    return tuple(found)


def _place(name: str, row: object) -> str:
    return f"{name}: {row.get('id', '?')}" if isinstance(row, Mapping) else name


def _yaml(folder: Folder, name: str) -> Any:
    path = folder.joinpath(name)
    if not path.is_file():
        if name in _MAY_LACK:
            return None
        raise ContentProblem(
            _("The content folder has no {name}.").format(name=name),
            _("Add it, or choose another folder."),
        )
    return _loaded(path)


def _text(path: Any) -> str:
    try:
        return str(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise ContentProblem(
            _("{name} is not written in UTF-8.").format(name=path.name),
            _("Save the file in UTF-8."),
        ) from None


def _loaded(path: Any) -> Any:
    """Read one file of YAML; a name that stands twice in one row would lose the first, silently."""
    try:
        return yaml.load(_text(path), Loader=_Loader)  # noqa: S506  made of the safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a day like 2026-02-30
        where = getattr(error, "problem_mark", None)
        line = where.line + 1 if where is not None else 0
        raise ContentProblem(
            _("{name} is no YAML at line {line}.").format(name=path.name, line=line),
            _("Correct the file."),
        ) from None


def _table(folder: Folder, name: str, kind: type[_T]) -> tuple[_T, ...]:
    path = folder.joinpath(name)
    if not path.is_file():
        return ()
    rows = csv.DictReader(io.StringIO(_text(path)), delimiter=";")
    return tuple(_typed(row, kind, f"{name}:{n}") for n, row in enumerate(rows, 2))


def _typed(value: Any, kind: type[_T], place: str) -> _T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ContentProblem(
            _("{place}: {error}").format(place=place, error=str(error)), _("Correct the row.")
        ) from None


_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SAFE):  # type: ignore[misc]
    """The safe loader, in C where there is one, that refuses a name that stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        seen: set[str] = set()
        for key, _value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem="twice", problem_mark=key.start_mark
                )
            if isinstance(key, yaml.ScalarNode):
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)
