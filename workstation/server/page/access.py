"""Who has read: the patient's extract of the access log, newest first.

It says unit, role, time, purpose and ground, so that the patient can judge whether the access was
justified (PDL 8:5, HSLF-FS 2016:40 4 kap. 10 §). Staff are shown by role; names are given on request.
"""

from __future__ import annotations

from collections.abc import Mapping

from workstation.access.actor import Actor
from workstation.domain.log_words import ATTEMPTED, more_of
from workstation.domain.texts import N_, _, in_language
from workstation.server import own_record
from workstation.server.core import Core
from workstation.server.page.cards import Badge, Block, Card, Part
from workstation.server.page.places import ACCESS, PAGE, PLACES, page_link, who
from workstation.server.page.render import render
from workstation.server.page.words import when_text
from workstation.server.store.review import Access

WHAT: Mapping[str, str] = {
    "Läsa": N_("Read by care staff"),
    "Skriva": N_("Written by care staff"),
    "Utskrift": N_("Printed or taken out as a copy"),
    "Sökning": N_("Found in a search"),
    "Nödöppning": N_("Emergency opening"),
}
_PURPOSE: Mapping[str, str] = {
    "Vård och behandling": N_("Care and treatment"),
    "Kvalitetssäkring": N_("Quality assurance of access"),
    "Administration": N_("Administration of care"),
}


async def access_page(core: Core, actor: Actor, *, language: str, page: int) -> str:
    """Return the patient's own extract as HTML; ``page`` counts from 0."""
    patient, hidden = await own_record.myself(core, actor)
    found = await own_record.access(
        core, actor, activities=tuple(WHAT), limit=PAGE + 1, offset=page * PAGE
    )
    with in_language(language):
        part = Part(
            heading=_(PLACES[ACCESS][0]),
            cards=tuple(_card(one) for one in found[:PAGE]),
            empty=_("Nobody has read your record yet."),
        )
        return render(
            "record.html",
            language,
            heading=_(PLACES[ACCESS][0]),
            live=False,
            chapters=[(path, _(name)) for path, (name, _listings) in PLACES.items()],
            here=ACCESS,
            parts=[part],
            hidden=hidden,
            asking="",
            newer=page_link(page - 1) if page else "",
            older=page_link(page + 1) if len(found) > PAGE else "",
            **who(patient, core),
        )


def _card(one: Access) -> Card:
    event = one.event
    emergency = event.activity == "Nödöppning" and event.what != ATTEMPTED
    purpose = _PURPOSE.get(event.purpose)
    more = more_of(event.what)
    reason = (Block(heading=_("Why it was opened"), text=event.reason),) if event.reason else ()
    return Card(
        title=one.unit_name or event.unit or _("Whoever runs the record server"),
        when=when_text(event.at),
        by=one.title,
        badges=(
            Badge(text=_(WHAT[event.activity]), tone="critical" if emergency else "neutral"),
            *((Badge(text=more),) if more else ()),
            *((Badge(text=_(purpose)),) if purpose else ()),
        ),
        blocks=reason,
    )
