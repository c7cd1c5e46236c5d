"""The page's places: which parts of the record each one shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workstation.access.actor import Actor
from workstation.domain.identity import parse_identity_as
from workstation.domain.identity_systems import kind_of_system
from workstation.domain.patient import Patient
from workstation.domain.problem import Problem
from workstation.domain.texts import N_, _, in_language
from workstation.domain.values import local_date
from workstation.server import own_record
from workstation.server.core import Core
from workstation.server.own_record import Wanted
from workstation.server.page.cards import Part
from workstation.server.page.chapters import cards_of
from workstation.server.page.render import render
from workstation.server.store.own import Shown

PAGE = 50
_FEW = 3


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Families under one heading. ``group``: only that part of them."""

    heading: str
    families: tuple[str, ...]
    empty: str
    group: str | None = None
    more: str = ""


ATTENTION = Listing(
    heading=N_("Hypersensitivity and other important information"),
    families=("attention",),
    group="current",
    empty=N_("Nothing has been written here."),
)
CURRENT = Listing(
    heading=N_("Current medicines"),
    families=("medication_order",),
    group="current",
    empty=N_("There are no current medicines."),
    more="/journal/medication",
)
ENDED = Listing(
    heading=N_("Earlier medicines"),
    families=("medication_order",),
    group="past",
    empty=N_("There are no earlier medicines."),
)
NOTES = Listing(
    heading=N_("Notes"),
    families=("note",),
    empty=N_("There are no notes."),
    more="/journal/notes",
)
RESULTS = Listing(
    heading=N_("Results"),
    families=("observation", "diagnostic_report"),
    empty=N_("There are no results."),
    more="/journal/results",
)
REFERRALS = Listing(
    heading=N_("Referrals"),
    families=("referral",),
    empty=N_("There are no referrals."),
    more="/journal/referrals",
)
PLANS = Listing(
    heading=N_("Plans and booked times"),
    families=("planned_action", "care_plan", "booking"),
    empty=N_("Nothing is planned."),
    more="/journal/plans",
)

CONSENTS = Listing(
    heading=N_("Consent to read what other care providers wrote"),
    families=("consent",),
    empty=N_("No consent is registered."),
)
BLOCKS = Listing(
    heading=N_("What you have blocked"),
    families=("block", "block_lift"),
    empty=N_("Nothing is blocked."),
)

OVERVIEW = "/journal"
ACCESS = "/journal/log"
ASKING_FROM = (OVERVIEW, "/journal/referrals")
"""From where one goes on to one's own request for care."""
PLACES: dict[str, tuple[str, tuple[Listing, ...]]] = {
    OVERVIEW: (N_("Overview"), (ATTENTION, CURRENT, PLANS, NOTES, RESULTS, REFERRALS)),
    "/journal/notes": (N_("Notes"), (NOTES,)),
    "/journal/medication": (N_("Medicines"), (CURRENT, ENDED)),
    "/journal/results": (N_("Results"), (RESULTS,)),
    "/journal/referrals": (N_("Referrals"), (REFERRALS,)),
    "/journal/plans": (N_("Plans"), (PLANS,)),
    "/journal/privacy": (N_("Consent and blocks"), (CONSENTS, BLOCKS)),
    ACCESS: (N_("Access to the record"), ()),
}


async def place_page(core: Core, actor: Actor, place: str, *, language: str, page: int) -> str:
    """Return a place of the actor's own record as HTML; ``page`` counts from 0, newest first."""
    name, listings = PLACES[place]
    short = place == OVERVIEW
    patient, hidden = await own_record.myself(core, actor)
    most = [_most(listing, short=short) for listing in listings]
    found = await own_record.chapters(
        core,
        actor,
        [
            Wanted(families=one.families, group=one.group, limit=limit + 1, offset=page * limit)
            for one, limit in zip(listings, most, strict=True)
        ],
    )
    full = any(len(shown) > limit for shown, limit in zip(found, most, strict=True))
    with in_language(language):
        parts = [
            _part(listing, shown[:limit], short=short)
            for listing, shown, limit in zip(listings, found, most, strict=True)
        ]
    with in_language(language):
        return render(
            "record.html",
            language,
            heading=_(name),
            live=True,
            chapters=[(path, _(chapter)) for path, (chapter, _l) in PLACES.items()],
            here=place,
            parts=parts,
            hidden=hidden,
            asking=_("Ask for care") if place in ASKING_FROM else "",
            newer=page_link(page - 1) if page and not short else "",
            older=page_link(page + 1) if full and not short else "",
            **who(patient, core),
        )


def _most(listing: Listing, *, short: bool) -> int:
    """What holds now is always shown whole; of the rest the overview shows a few."""
    return _FEW if short and listing.group != "current" else PAGE


def _part(listing: Listing, shown: Sequence[Shown], *, short: bool) -> Part:
    return Part(
        heading=_(listing.heading),
        cards=cards_of(shown),
        empty=_(listing.empty),
        more=listing.more if short else "",
    )


def page_link(page: int) -> str:
    """Return the link to a page, from 0."""
    return f"?page={page}" if page else "?"


def who(patient: Patient, core: Core) -> dict[str, object]:
    """Return what the top of every place says of the patient."""
    given = patient.preferred or " ".join(patient.given)
    address = patient.addresses[0] if patient.addresses else None
    where = [*address.lines, f"{address.postal_code} {address.city}".strip()] if address else []
    return {
        "name": f"{given} {patient.family}".strip(),
        "identity": _identity(patient, core),
        "protected": patient.protected,
        "address": ", ".join(line for line in where if line),
    }


def _identity(patient: Patient, core: Core) -> str:
    for identifier in patient.identifiers:
        kind = kind_of_system(identifier.system)
        if kind is None:
            continue
        try:
            today = local_date(core.now)
            return parse_identity_as(kind, identifier.value, as_of=today).display
        except Problem:
            return identifier.value
    return ""
