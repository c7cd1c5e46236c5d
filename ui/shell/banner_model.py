"""The banner's state in the texts that are drawn."""

from __future__ import annotations

from datetime import date

from ui.kit.banner import Agent, BannerModel, Fact, Hypersensitivity, Link
from ui.shell.identity_words import link_words
from ui.shell.patient_banner import BannerState
from ui.shell.people import SEXES, age_words, number_label, shown_number
from ui.shell.value_words import value_text
from workstation.domain.attention import Attention, HypersensitivityState
from workstation.domain.attention_words import CERTAINTY, SEVERITY
from workstation.domain.consent import Consent
from workstation.domain.contact import Contact
from workstation.domain.observation import Observation
from workstation.domain.texts import _
from workstation.domain.values import local_date, local_text
from workstation.operations.ports import Listed
from workstation.operations.privacy import Privacy

_STATES = {
    HypersensitivityState.KNOWN: Hypersensitivity.KNOWN,
    HypersensitivityState.NONE_KNOWN: Hypersensitivity.NONE_KNOWN,
    HypersensitivityState.NOT_ASKED: Hypersensitivity.NOT_ASKED,
    HypersensitivityState.UNAVAILABLE: Hypersensitivity.UNAVAILABLE,
}
_RANK = {"life_threatening": 0, "harmful": 1, "troublesome": 2, "": 3}


def banner_model(state: BannerState, today: date) -> BannerModel:
    """Return the banner of a patient. Nothing tells where somebody with protected identity is."""
    line, details = state.patient, state.details
    sex = SEXES.get(line.sex)
    deceased = ""
    if line.deceased:
        deceased = (details.deceased or "")[:10] if details else ""
        deceased = deceased or _("date not known")
    return BannerModel(
        family=line.family,
        given=line.given,
        preferred=_preferred(details.preferred, line.given) if details else "",
        born=line.birth_date,
        age=_age(line.birth_date, deceased) if line.deceased else age_words(line.birth_date, today),
        sex=_(sex) if sex else "",
        identity=shown_number(line),
        identity_label=number_label(line),
        hypersensitivity=_STATES[state.state],
        agents=_agents(state.attention),
        facts=_facts(state),
        contact="" if line.protected else _contact(state),
        umi=any(_warns(one) for one in state.attention)
        or any(one.warnings for one in state.linked),
        links=tuple(
            Link(key=str(one.link.patient), text=link_words(line, one.link)) for one in state.linked
        ),
        linked_agents=_known([body for one in state.linked for body in one.warnings]),
        linked_unread=any(one.unread for one in state.linked),
        protected=_("Protected identity") if line.protected else "",
        deceased=deceased,
        blocked=_blocked(state.privacy),
        consent=_consent(state.privacy),
        consent_way=_consent_way(state),
        **_emergency(state),
    )


def _age(born: str, died: str) -> str:
    """Return how old somebody became; empty where the day is not known."""
    try:
        return age_words(born, date.fromisoformat(died))
    except ValueError:
        return ""


def _blocked(privacy: Privacy) -> str:
    """Say that there is something, never whose."""
    there = privacy.withheld or privacy.closing
    return _("There is blocked information") if there else ""


def _consent(privacy: Privacy) -> str:
    if privacy.consent is not None:
        body = privacy.consent.current.body
        until = body.valid_to if isinstance(body, Consent) else None
        return _("Consent until {day}").format(day=until) if until else _("Consent is given")
    return _("Consent is missing") if privacy.others else ""


def _consent_way(state: BannerState) -> str:
    lacking = state.privacy.others and state.privacy.consent is None
    return _("Spoken consent") if lacking and state.may_consent else ""


def _emergency(state: BannerState) -> dict[str, str]:
    opening = state.emergency
    if opening is None:
        return {}
    until = _("Open in an emergency until {time}").format(time=local_text(opening.until)[11:])
    note = "" if opening.writes else _("to be read only")
    return {"emergency": until, "emergency_note": note}


def _preferred(preferred: str, given: str) -> str:
    """Return what the patient is called where that is not how the given names begin."""
    return "" if given.split(" ", 1)[0] == preferred else preferred


def _warns(listed: Listed) -> bool:
    body = listed.state.current.body
    return isinstance(body, Attention) and not body.none_known


def _agents(attention: tuple[Listed, ...]) -> tuple[Agent, ...]:
    bodies = [one.state.current.body for one in attention]
    return _known([body for body in bodies if isinstance(body, Attention)])


def _known(bodies: list[Attention]) -> tuple[Agent, ...]:
    known = [b for b in bodies if b.category == "C" and not b.none_known]
    known.sort(key=lambda b: (_RANK[b.severity], b.concept.label.casefold()))
    return tuple(Agent(name=b.concept.label, detail=_detail(b)) for b in known)


def _detail(body: Attention) -> str:
    words = [SEVERITY.get(body.severity, ""), CERTAINTY.get(body.certainty, "")]
    return ", ".join(_(word) for word in words if word)


def _contact(state: BannerState) -> str:
    body = state.contact.state.current.body if state.contact else None
    if not isinstance(body, Contact):
        return ""
    return ", ".join(part for part in (body.unit_name, body.place) if part)


def _facts(state: BannerState) -> tuple[Fact, ...]:
    if state.egfr is None:
        return ()
    body = state.egfr.state.current.body
    if not isinstance(body, Observation):
        return ()
    day = local_date(state.egfr.row.at).isoformat()
    return (Fact(label="eGFR", value=value_text(body), detail=day),)
