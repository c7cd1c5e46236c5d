"""A package made ready: its lists as a library, its rows as an engine."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from workstation.content.memory import collected_later
from workstation.content.source import AnalyteRow, Content, ContentProblem, Product
from workstation.decision_support.drugs import Codes, DrugSet
from workstation.decision_support.engine import Engine, engine
from workstation.decision_support.formulary import Choice, Formulary, Preparation, choices_of
from workstation.decision_support.rows import Tables
from workstation.decision_support.situation import ContentError
from workstation.decision_support.units import spelled
from workstation.decision_support.view import Analyte, Library
from workstation.domain.texts import _

_ROUTES = {
    "oral": "peroralt",
    "intravenous": "intravenöst",
    "intramuscular": "intramuskulärt",
    "subcutaneous": "subkutant",
    "cutaneous": "kutant",
    "transdermal": "transdermalt",
    "inhalation": "inhalation",
    "oromucosal": "sublingualt",
    "nasal": "nasalt",
    "ocular": "ögon",
    "vaginal": "vaginalt",
    "rectal": "rektalt",
}
"""Routes of the catalogue as they are written in an order."""
_MILLIGRAMS = re.compile(r"(\d+(?:,\d+)?) ?mg")


def library_of(content: Content) -> Library:
    """Return what the rows may refer to."""
    moved = {row.old_code: tuple(row.new_codes.split("|")) for row in content.moved}
    ingredients = {
        row.atc: tuple(row.ingredients.split()) for row in content.catalogue if row.ingredients
    }
    sets = {
        name: DrugSet(
            name=name,
            include=tuple(row.atc),
            exclude=tuple(row.not_),
            use=row.use,
            routes=tuple(row.routes),
        )
        for name, row in content.sets.items()
    }
    names: dict[str, tuple[str, ...]] = {}
    for row in content.catalogue:
        names.setdefault(row.name.casefold(), ())
        names[row.name.casefold()] += (row.atc,)
    for product in content.products:
        if product.brand:
            own = names.get(product.brand.casefold(), ())
            names[product.brand.casefold()] = tuple(dict.fromkeys((*own, product.atc)))
    for brand, atc in content.brands.items():  # what a record of hypersensitivity calls it
        names.setdefault(brand.casefold(), (atc,))
    return Library(
        codes=Codes(moved=moved, ingredients=ingredients, strengths=_strengths(content.catalogue)),
        sets=sets,
        analytes={row.code: _analyte(row) for row in content.laboratory},
        names=names,
        groups=_groups(content),
        formulary=Formulary(lambda: choices_in(content)),
    )


def _groups(content: Content) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in (row for row in content.allergy_groups if row.status == "active"):
        for name in group.names:
            own = found.get(name.casefold(), ())
            found[name.casefold()] = (*own, *(group.allergens or group.members))
    return found


def _strengths(catalogue: Iterable[Product]) -> dict[str, tuple[dict[str, Decimal], ...]]:
    """Return milligrams of each ingredient of the combinations whose strengths are written.

    ``30mg/500mg|60mg/1000mg``: one for each ingredient, in their order, for each strength.
    """
    found = {}
    for row in catalogue:
        parts = row.ingredients.split()
        options = [_amounts(one, parts) for one in row.strength.split("|")]
        if len(parts) > 1 and all(options):
            found[row.atc] = tuple(options)
    return found


def _amounts(strength: str, parts: list[str]) -> dict[str, Decimal]:
    read = [_MILLIGRAMS.fullmatch(one.strip()) for one in strength.split("/")]
    values = [Decimal(one[1].replace(",", ".")) for one in read if one]
    return dict(zip(parts, values, strict=True)) if len(values) == len(parts) else {}


def choices_in(content: Content) -> tuple[Choice, ...]:
    """Return what can be chosen: the products, and every substance that has none."""
    titles = {row.atc: row.name for row in content.catalogue}
    with_products = {row.atc for row in content.products}
    rest = [
        Preparation(
            atc=row.atc,
            form="" if row.form == "kombination" else row.form,
            strengths=_spaced(row.strength),
            route=_ROUTES.get(row.route, row.route),
            usual=row.usual,
        )
        for row in content.catalogue
        if row.atc not in with_products
    ]
    return choices_of((*content.products, *rest), content.recommended, titles)


def _spaced(strength: str) -> str:
    """Return ``500mg`` as ``500 mg``: a space between number and unit."""
    return re.sub(r"(?<=\d)(?=[^\d.,%\s])", " ", strength)


def _analyte(row: AnalyteRow) -> Analyte:
    try:
        factors = {spelled(unit): Decimal(factor) for unit, factor in row.factors.items()}
    except InvalidOperation:
        raise ContentError(f"{row.code}: a factor is no number") from None
    return Analyte(
        code=row.code, unit=row.unit, name=row.name, aliases=tuple(row.aliases), factors=factors
    )


def checked_engine_of(content: Content) -> Engine:
    """Compile a package to the last row, as its author must before it is built.

    Raises:
        ContentProblem: A row cannot be compiled; the message names it.
    """
    found = engine_of(content)
    try:
        found.check_whole()
    except ContentError as error:
        raise _uncompiled(error) from None
    return found


def engine_of(content: Content) -> Engine:
    """Make a package ready to be asked; each rule is compiled when it is first asked.

    Raises:
        ContentProblem: A row cannot be compiled; the message names it.
    """
    tables = Tables(
        rules=tuple(row for row in content.rules if row.status == "active"),
        allergy_groups=tuple(row for row in content.allergy_groups if row.status == "active"),
        allergy_levels=tuple(row for row in content.allergy_levels if row.status == "active"),
        duplicates=content.duplicates,
        risks=tuple(row for row in content.risks if row.status == "active"),
    )
    try:
        with collected_later():
            return engine(tables, library_of(content))
    except ContentError as error:
        raise _uncompiled(error) from None


def _uncompiled(error: ContentError) -> ContentProblem:
    return ContentProblem(
        _("The content cannot be compiled: {error}").format(error=str(error)),
        _("Correct the row."),
    )
