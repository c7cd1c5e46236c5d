"""Samtycke: the patient lets another care provider read (sammanhållen vårddokumentation, lag 2022:913).

A consent opens nothing that a block closes. Whether one is in force is a function of a given time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, get_args

from workstation.domain.ids import HsaId
from workstation.domain.kind import Kind, Projection
from workstation.domain.problem import Problem
from workstation.domain.record import Body, Record, Role
from workstation.domain.texts import _
from workstation.domain.values import When, end_of, millis_of

if TYPE_CHECKING:
    from workstation.domain.entity import EntityState

Given = Literal["spoken", "written", "unable"]
GIVEN: tuple[Given, ...] = get_args(Given)


class Consent(Body, frozen=True, kw_only=True):
    """A consent that a unit of ``provider``, or one ``person`` there, reads what others wrote.

    ``person`` empty: everybody of the unit. ``unit`` empty: every unit of the provider.
    ``valid_to`` is included; None: until it is revoked. ``given``: spoken, written, or
    ``unable``: the patient lacks capacity, and the attitude was settled as far as possible (ej
    förmåga, inställning klarlagd så långt möjligt). Who registered it is the author.
    """

    provider: HsaId
    provider_name: str = ""
    unit: HsaId = HsaId("")
    unit_name: str = ""
    person: HsaId = HsaId("")
    person_name: str = ""
    valid_from: When
    valid_to: When | None = None
    given: Given
    status: Literal["active", "revoked"] = "active"
    comment: str = ""


class ConsentUnclear(Problem):
    """A consent does not say for whom, or ends before it begins."""


def check_consent(consent: Consent) -> None:
    """Raise ConsentUnclear where a consent could never hold."""
    if not consent.provider:
        raise ConsentUnclear(_("The consent does not say for which care provider it is."))
    if consent.valid_to and end_of(consent.valid_to) <= millis_of(consent.valid_from):
        raise ConsentUnclear(_("The consent ends before it begins."))


def consent_in_force(
    states: Iterable[EntityState], provider: HsaId, person: HsaId, unit: HsaId, at: int
) -> EntityState | None:
    """Return the consent that lets that person of that unit read ``at`` (ms UTC), or None.

    Of several, the one that holds longest. Where two versions stand side by side, each of them
    must hold.

    Args:
        states: Entities of the patient; those of other families are passed over.
    """
    holding = [
        state
        for state in states
        if state.family == "consent" and _holds(state, provider, person, unit, at)
    ]
    return max(holding, key=lambda state: (_ends(state), state.id), default=None)


def _holds(state: EntityState, provider: HsaId, person: HsaId, unit: HsaId, at: int) -> bool:
    bodies = [one.body for one in state.contenders]
    return not state.voided and all(
        isinstance(body, Consent)
        and body.status == "active"
        and body.provider == provider
        and body.unit in ("", unit)
        and body.person in ("", person)
        and millis_of(body.valid_from) <= at
        and (body.valid_to is None or at < end_of(body.valid_to))
        for body in bodies
    )


def _ends(state: EntityState) -> float:
    ends = [one.body.valid_to for one in state.contenders if isinstance(one.body, Consent)]
    return min((end_of(end) if end else float("inf") for end in ends), default=0)


def _revoked_first(heads: tuple[Record, ...]) -> Record:
    """Of two versions of a consent, the one that is revoked holds."""
    return min(
        heads,
        key=lambda r: (isinstance(r.body, Consent) and r.body.status == "active", r.order),
    )


def _project(state: EntityState) -> Projection:
    body = state.current.body
    status = body.status if isinstance(body, Consent) else ""
    current = status == "active" and not state.voided
    return Projection(
        family="consent",
        group="current" if current else "past",
        status="voided" if state.voided else status,
        code=body.given if isinstance(body, Consent) else "",
        title=(body.unit_name or body.provider_name) if isinstance(body, Consent) else "",
        at=millis_of(body.valid_from)
        if isinstance(body, Consent)
        else state.current.written_at.millis,
        patient_visible=state.current.approved_for_patient,
        undecided=state.undecided,
    )


KINDS = (
    Kind(
        name="consent",
        body=Consent,
        role=Role.INTENT,
        family="consent",
        project=_project,
        safer=_revoked_first,
    ),
)
