"""What was read from others put together as a folder of content that can be checked and built."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import msgspec

from workstation.content.intake.pairs import Brought
from workstation.content.library import library_of
from workstation.content.proposing import proposed
from workstation.content.source import Content, Manifest, Product
from workstation.decision_support.rows import Rule

_READ_AGAIN = datetime.timedelta(days=365)
STATUS = "importerat, ej granskat"


def package_of(
    name: str,
    *,
    beside: Content,
    today: datetime.date,
    found: Brought | None = None,
    products: Iterable[Product] = (),
) -> Content:
    """Return a package of what was brought in, with tests proposed for every rule that is asked.

    ``beside`` lends its moved codes and its laboratory list.
    """
    found = found or Brought()
    content = Content(
        manifest=Manifest(
            name=name,
            version=1,
            title=name,
            status=STATUS,
            effective_from=today.isoformat(),
            review_by=(today + _READ_AGAIN).isoformat(),
        ),
        catalogue=tuple(products),
        moved=beside.moved,
        laboratory=beside.laboratory,
        sets=found.sets,
        rules=tuple(found.rules),
    )
    library = library_of(content)

    def tried(rule: Rule) -> Rule:
        if rule.status != "active":
            return rule
        return msgspec.structs.replace(rule, tests=proposed(rule, library))

    return msgspec.structs.replace(content, rules=tuple(map(tried, content.rules)))
