"""Entries of the record as they are read, drawn the same wherever that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ui.kit.entry import Entry, Label, Paragraph
from ui.kit.textrun import Ink
from ui.shell.answer_words import answer_paragraphs, status_label
from ui.theme.tokens import Tone
from workstation.domain.entity import EntityState
from workstation.domain.kind import Projection
from workstation.domain.marks import Void
from workstation.domain.note import NEVER_FOR_THE_PATIENT, Note, note_time
from workstation.domain.note_records import made_by
from workstation.domain.observation import DiagnosticReport
from workstation.domain.once import OncePer
from workstation.domain.record import Record
from workstation.domain.texts import N_, _
from workstation.domain.values import local_text
from workstation.operations.ports import Delivery, Listed


def entry_of(
    listed: Listed,
    *,
    with_versions: bool,
    own_provider: str,
    results: Sequence[Listed | None] = (),
) -> Entry:
    """Return an entry ready to draw; ``with_versions`` shows the earlier versions under it.

    ``results``: those of an answer, None for each that is not here. An entry of another care
    provider than ``own_provider`` is labelled with its name.
    """
    made_of = _MadeOf(
        row=listed.row,
        delivery=listed.delivery,
        with_versions=with_versions,
        own_provider=own_provider,
        results=tuple(one.state if one is not None else None for one in results),
    )
    kept = _as_last_drawn(listed.state)
    if kept and kept[0][0] == made_of:
        return kept[0][1]
    entry = _entry(listed, with_versions, own_provider, results)
    kept[:] = [(made_of, entry)]
    return entry


@dataclass(frozen=True, kw_only=True, repr=False)
class _MadeOf:
    """Everything an entry says beside its state."""

    row: Projection
    delivery: Delivery
    with_versions: bool
    own_provider: str
    results: tuple[EntityState | None, ...]


def _not_drawn(_state: EntityState) -> list[tuple[_MadeOf, Entry]]:
    return []


_as_last_drawn = OncePer(_not_drawn)
"""A page of the journal is drawn anew for one of its entries: the others are as they were."""


def _entry(
    listed: Listed,
    with_versions: bool,  # noqa: FBT001
    own_provider: str,
    results: Sequence[Listed | None],
) -> Entry:
    state = listed.state
    body = state.current.body
    if isinstance(body, Note):
        paragraphs = _note(state, with_versions=with_versions)
    elif isinstance(body, DiagnosticReport):
        paragraphs = answer_paragraphs(body, results)
    else:
        paragraphs = [Paragraph(text=_("Needs a newer version of the program."), ink=Ink.WARNING)]
    return Entry(
        key=str(state.id),
        title=listed.row.title or _("Note"),
        meta=_meta(listed),
        paragraphs=paragraphs,
        labels=_labels(listed, own_provider),
        voided=state.voided,
    )


def key_to_entity(key: str) -> UUID:
    """Return the entity a list key means."""
    return UUID(key)


def _meta(listed: Listed) -> str:
    current = listed.state.current
    at = note_time(current) if isinstance(current.body, Note) else listed.row.at
    who = ", ".join(part for part in (current.author.name, current.author.title) if part)
    return " · ".join(part for part in (local_text(at), who, current.author.unit_name) if part)


def _note(state: EntityState, *, with_versions: bool) -> list[Paragraph]:
    if state.undecided:
        return _both_sides(state)
    paragraphs = _sections(state.current)
    body = state.current.body
    assert isinstance(body, Note)
    paragraphs.extend(_stored_as_data(body))
    if state.void is not None and isinstance(state.void.body, Void):
        paragraphs.append(_aside(_("Voided"), _who_when(state.void), state.void.body.reason))
    if body.why_corrected:
        paragraphs.append(_aside(_("Corrected"), _who_when(state.current), body.why_corrected))
    if with_versions:
        for version in reversed(state.line.versions):
            if isinstance(version.body, Note) and version.id != state.current.id:
                heading = _("Earlier version")
                paragraphs.append(_aside(heading, _who_when(version), ""))
                paragraphs.extend(_sections(version, ink=Ink.QUIET))
    return paragraphs


def _stored_as_data(body: Note) -> list[Paragraph]:
    """Say where what was entered in the note is read as data: nothing is written twice."""
    made = [(s.term, made.family) for s in body.sections if (made := made_by(s)) is not None]
    if not made:
        return []
    text = " · ".join(f"{term} → {_(_PLACES[family])}" for term, family in made)
    return [Paragraph(heading=_("Also stored as data"), text=text, ink=Ink.QUIET)]


_PLACES = {
    "observation": N_("Values"),
    "diagnosis": N_("the diagnoses"),
    "attention": N_("attention information"),
    "planned_action": N_("Plan"),
    "medication_order": N_("Medication"),
    "referral": N_("Referrals"),
}


def _both_sides(state: EntityState) -> list[Paragraph]:
    paragraphs: list[Paragraph] = []
    for letter, head in zip("ABCDEFGH", state.line.heads, strict=False):
        paragraphs.append(_aside(letter, _who_when(head), ""))
        if isinstance(head.body, Void):
            paragraphs.append(Paragraph(heading=_("Voided"), text=head.body.reason))
        elif isinstance(head.body, Note):
            paragraphs.extend(_sections(head))
    return paragraphs


def _sections(version: Record, ink: Ink = Ink.TEXT) -> list[Paragraph]:
    body = version.body
    assert isinstance(body, Note)
    return [
        Paragraph(heading=section.term, text=section.text, ink=ink) for section in body.sections
    ]


def _aside(heading: str, who: str, why: str) -> Paragraph:
    text = f"{who} — {why}" if why else who
    return Paragraph(heading=heading, text=text, ink=Ink.QUIET)


def _who_when(record: Record) -> str:
    return (
        f"{local_text(record.written_at.millis)} · {record.author.name}, {record.author.unit_name}"
    )


def _labels(listed: Listed, own_provider: str) -> list[Label]:
    state, body = listed.state, listed.state.current.body
    labels: list[Label] = []
    if isinstance(body, DiagnosticReport) and (unfinished := status_label(body)) is not None:
        labels.append(unfinished)
    if state.undecided:
        labels.append(Label(text=_("two versions"), tone=Tone.WARNING, icon="fork"))
    elif state.voided:
        labels.append(Label(text=_("voided"), tone=Tone.WARNING, icon="blocked"))
    elif isinstance(body, Note):
        labels.extend(_signing(state))
    elif (seen := state.acknowledged(state.current.id)) is not None:
        labels.append(
            Label(text=_("acknowledged {name}").format(name=seen.author.name), tone=Tone.OK)
        )
    elif any(work.reason in ("acknowledge", "critical") for work in listed.row.work):
        labels.append(Label(text=_("to acknowledge"), tone=Tone.WARNING))
    labels.extend(_for_patient(state))
    author = state.current.author
    if author.provider != own_provider and author.provider_name:
        labels.append(Label(text=author.provider_name))
    if word := DELIVERY_WORDS.get(listed.delivery):
        labels.append(Label(text=_(word), icon=_DELIVERY_ICONS[listed.delivery]))
    return labels


def _for_patient(state: EntityState) -> list[Label]:
    body = state.current.body
    shown = body.for_patient() if isinstance(body, Note) else (body,)
    if not shown or not state.current.approved_for_patient:
        return [Label(text=_("not shown to the patient"), icon="lock")]
    if isinstance(body, Note) and any(s.term in NEVER_FOR_THE_PATIENT for s in body.sections):
        return [Label(text=_("parts not shown to the patient"), icon="lock")]
    return []


def _signing(state: EntityState) -> list[Label]:
    labels: list[Label] = []
    if not state.signed:
        labels.append(Label(text=_("unsigned"), tone=Tone.WARNING, icon="unsigned"))
    elif state.signed_at_source is not None:
        labels.append(Label(text=source_signed(state.signed_at_source)))
    if state.corrected and state.signed:
        labels.append(Label(text=_("corrected"), tone=Tone.ACCENT, icon="pencil"))
    counter = state.signature_of(state.current.id, "countersign")
    if counter is not None:
        text = _("countersigned {name}").format(name=counter.author.name)
        labels.append(Label(text=text, tone=Tone.OK))
    return labels


def source_signed(name: str) -> str:
    """Return the words for a text that was signed where it was imported from, by whom if known."""
    if name:
        return _("signed in the source system by {name}").format(name=name)
    return _("signed in the source system")


DELIVERY_WORDS = {
    Delivery.LOCAL: N_("Saved locally"),
    Delivery.SENT: N_("Sent"),
    Delivery.ATTENTION: N_("Needs attention"),
}
_DELIVERY_ICONS = {
    Delivery.LOCAL: "clock",
    Delivery.SENT: "sync",
    Delivery.ATTENTION: "warning",
}
