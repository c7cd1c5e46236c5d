"""The open person's other records: what they warn of that this one does not, and the way there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ui.shell.identity_words import link_advice, link_words
from ui.shell.workspace.form import Form, FormCard
from workstation.domain.attention import Attention
from workstation.domain.identity_links import Linked, linked_as
from workstation.domain.ids import PatientId
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.ports import LinkedPatient, Listed, PatientLine, Reading

_RANK = {"life_threatening": 0, "harmful": 1, "troublesome": 2, "": 3}
_ABOUT_LINKS = frozenset({"link_identities", "unlink_identities"})


@dataclass(frozen=True, kw_only=True, repr=False)
class LinkedRecord:
    """Another record of the open person.

    ``line``: None where it is not on this computer. ``warnings``: attention information there
    that the open record does not have, or not as serious. ``unread``: some of it may be missing.
    """

    link: LinkedPatient
    line: PatientLine | None = None
    warnings: tuple[Attention, ...] = ()
    unread: bool = True


async def read_linked(
    line: PatientLine, own: tuple[Listed, ...], records: Reading
) -> tuple[LinkedRecord, ...]:
    """Return the other records of a person; what could not be read is never called absent."""
    return tuple([await _read(link, own, records) for link in line.links])


async def _read(link: LinkedPatient, own: tuple[Listed, ...], records: Reading) -> LinkedRecord:
    try:
        other = await records.patient(link.patient) if link.here else None
        if other is None:
            return LinkedRecord(link=link)
        theirs = await records.listed(link.patient, "attention", group="current")
        complete = await records.is_complete(link.patient)
    except Problem:
        return LinkedRecord(link=link)
    warnings = _more(_bodies(theirs), _bodies(own))
    return LinkedRecord(link=link, line=other, warnings=warnings, unread=not complete)


def _bodies(attention: Iterable[Listed]) -> tuple[Attention, ...]:
    bodies = (one.state.current.body for one in attention)
    return tuple(b for b in bodies if isinstance(b, Attention) and not b.none_known)


def _more(theirs: tuple[Attention, ...], own: tuple[Attention, ...]) -> tuple[Attention, ...]:
    known: dict[tuple[str, str], int] = {}
    for body in own:
        known[_about(body)] = min(known.get(_about(body), 9), _RANK[body.severity])
    return tuple(b for b in theirs if _RANK[b.severity] < known.get(_about(b), 9))


def _about(body: Attention) -> tuple[str, str]:
    return body.category, body.concept.label.casefold()


class LinkedRecords:
    """Knows the open person's other records: opens them, and warns who writes in the old one."""

    def __init__(
        self,
        *,
        open_patient: Callable[[PatientLine], None],
        show: Callable[[Problem], None],
        changed: Callable[[], None],
    ) -> None:
        self._open_patient = open_patient
        self._show = show
        self._changed = changed
        self._line: PatientLine | None = None
        self._linked: tuple[LinkedRecord, ...] = ()

    def read(self, line: PatientLine, linked: tuple[LinkedRecord, ...]) -> None:
        """Take over what the banner has read of the open person."""
        before = self._warned()
        self._line, self._linked = line, linked
        if self._warned() != before:
            self._changed()

    @property
    def others(self) -> frozenset[PatientId]:
        """The open person's other records."""
        return frozenset(one.link.patient for one in self._linked)

    def open(self, key: str = "") -> None:
        """Open another record by its id; without one the first."""
        wanted = [one for one in self._linked if key in ("", str(one.link.patient))]
        if not wanted:
            self._show(Problem(_("The record is linked to no other."), ""))
        elif wanted[0].line is None:
            self._show(
                Problem(
                    _("The other record is not on this computer."),
                    _("Find the person in the region to read it."),
                )
            )
        else:
            self._open_patient(wanted[0].line)

    def undoing(self) -> dict[str, str]:
        """Return the content of a draft that undoes a link; empty where there is none."""
        if self._line is None or not self._linked:
            return {}
        content = {"@others": " ".join(str(one.link.patient) for one in self._linked)}
        for one in self._linked:
            content[f"@name{one.link.patient}"] = link_words(self._line, one.link)
        content["other"] = str(self._linked[0].link.patient)
        return content

    def with_warning(self, form: Form, *, writer: str, patient: PatientId) -> Form:
        """Return a draft's form, warning where the person's right record is another."""
        warned = self._warned()
        if warned is None or warned[0] != patient or writer in _ABOUT_LINKS:
            return form
        first = form.fields[0].key if form.fields and not form.cards else form.cards_before
        return replace(form, cards=(warned[1], *form.cards), cards_before=first)

    def _warned(self) -> tuple[PatientId, FormCard] | None:
        if self._line is None:
            return None
        for one in self._linked:
            if linked_as(self._line.identity_system, one.link.identity_system) is Linked.RIGHT:
                words = link_words(self._line, one.link)
                card = FormCard(
                    key="identity",
                    level="observe",
                    title=_("This is written under the reserve number"),
                    text=f"{words}. {link_advice(self._line, one.link)}",
                )
                return self._line.patient, card
        return None
