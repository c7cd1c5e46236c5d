"""The policy table and the one function that reads it. What no row allows is refused.

The table is meant to be read by a chief physician: who, may do what, when which relation
holds, and why. Sources: PDL 2008:355 4 kap.; HSLF-FS 2016:40; lag 2022:913.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from workstation.access.actor import Actor, ActorKind, PatientSelf, Staff, kinds_of
from workstation.domain.ids import HsaId, PatientId
from workstation.domain.log_words import IN_EMERGENCY
from workstation.domain.texts import N_


class Action(StrEnum):
    """What can be asked for. Every route of the server names one."""

    SEE_STATUS = "see whether the server is well"
    LOG_IN = "log in"
    LOG_OUT = "log out"
    REGISTER_KEY = "register a signing key or a workstation"
    READ_DIRECTORY = "look up units and staff"
    FOLLOW_UNIT = "follow a unit's changes"
    READ_RECORD = "read a patient's record"
    WRITE_RECORD = "add to a patient's record"
    DELIVER = "carry signed records to the server"
    FIND_PATIENT = "find a patient by name or number"
    SEE_QUARANTINE = "see what was put in quarantine"
    OPEN_IN_EMERGENCY = "open a record in an emergency"
    READ_OWN = "read one's own record"
    ASK_FOR_CARE = "ask a unit for care for oneself"
    MANAGE = "manage accounts and the server"
    ERASE = "erase records by decision of the authority"
    REPORT_INCIDENT = "report that the program did wrong"
    REVIEW_LOG = "review the access log"
    REPORT_OPENINGS = "tell the access log which records were opened"
    READ_CONTENT = "read published clinical content"
    PUBLISH_CONTENT = "publish or withdraw clinical content"
    REPORT_FIRINGS = "count what became of rules"
    SEE_FIRINGS = "see what became of rules"
    ASK_SUPPORT = "ask for decision support"
    SEE_WAITING = "see what waits for a unit"
    SETTLE_ANSWER = "attach an answer that belongs to no order, or set it aside"
    STAND_IN = "say who stands in for whom"
    FETCH_ORDERS = "fetch the orders sent to a laboratory"
    DELIVER_RESULTS = "deliver a laboratory's answers"


class Relation(StrEnum):
    """How the actor stands to what is asked for."""

    NONE = "none"
    OWN_UNIT = "the actor's unit, or a patient in its care"
    OWN_PROVIDER = "the actor's care provider"
    EMERGENCY = "a patient whose record the actor has opened in an emergency"
    CONSENT = "what another provider wrote, and the patient consents to the actor's reading it"
    BLOCKED = "what the patient has blocked from the actor (spärr)"
    SELF = "the patient is the actor"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One row: this kind of actor may do this. ``relation`` None: whatever the relation is."""

    who: ActorKind
    action: Action
    relation: Relation | None = None
    because: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The answer, and for the log on what ground it was given."""

    allowed: bool
    basis: str = ""


_REFUSED = Decision(allowed=False)

_OPEN = tuple(
    Rule(who=who, action=action, because=because)
    for who in ActorKind
    for action, because in (
        (Action.SEE_STATUS, N_("says nothing about anybody")),
        (Action.LOG_IN, N_("how one becomes somebody")),
        (Action.LOG_OUT, N_("always possible")),
    )
)
_STAFF = tuple(
    Rule(who=who, action=action, because=because)
    for who in (
        ActorKind.CARE,
        ActorKind.ADMIN,
        ActorKind.LOG_REVIEW,
        ActorKind.CONTENT_AUTHOR,
        ActorKind.CONTENT_APPROVER,
    )
    for action, because in (
        (Action.REGISTER_KEY, N_("signs for oneself only")),
        (Action.READ_DIRECTORY, N_("who works where is no secret inside care")),
        (Action.REPORT_INCIDENT, N_("whoever works with the program must be able to say it fails")),
    )
)
_CONTENT = (
    *(
        Rule(
            who=who, action=Action.READ_CONTENT, because=N_("rules and guidelines are about nobody")
        )
        for who in (ActorKind.CARE, ActorKind.CONTENT_AUTHOR, ActorKind.CONTENT_APPROVER)
    ),
    *(
        Rule(
            who=who,
            action=Action.PUBLISH_CONTENT,
            because=N_("hands content in or answers for it; it counts by its signatures alone"),
        )
        for who in (ActorKind.CONTENT_AUTHOR, ActorKind.CONTENT_APPROVER)
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.REPORT_FIRINGS,
        because=N_("counts without patient or person"),
    ),
    *(
        Rule(
            who=who,
            action=Action.SEE_FIRINGS,
            because=N_("content is judged by what becomes of it"),
        )
        for who in (ActorKind.CONTENT_AUTHOR, ActorKind.CONTENT_APPROVER)
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.ASK_SUPPORT,
        because=N_("gives the facts itself; nothing is read from the record"),
    ),
)

RULES: tuple[Rule, ...] = (
    *_OPEN,
    *_STAFF,
    Rule(
        who=ActorKind.CARE,
        action=Action.FOLLOW_UNIT,
        relation=Relation.OWN_UNIT,
        because=N_("takes part in the care that the unit gives (PDL 4:1)"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.READ_RECORD,
        relation=Relation.OWN_UNIT,
        because=N_("the patient is in the care of the actor's unit (PDL 4:1)"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.READ_RECORD,
        relation=Relation.EMERGENCY,
        because=IN_EMERGENCY,
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.READ_RECORD,
        relation=Relation.CONSENT,
        because=N_("the patient consents to its being read across care providers (lag 2022:913)"),
    ),
    # No row allows Relation.BLOCKED: a block beats care, consent and everything but an emergency.
    Rule(
        who=ActorKind.CARE,
        action=Action.OPEN_IN_EMERGENCY,
        because=N_("danger to life or health, and the patient cannot be asked (lag 2022:913)"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.WRITE_RECORD,
        because=N_("who gives care must document it (PDL 3:1); what is written makes the relation"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.DELIVER,
        because=N_("records carry their author's own signature"),
    ),
    Rule(
        who=ActorKind.MACHINE,
        action=Action.DELIVER,
        because=N_("what was written must arrive, whoever is logged in"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.FIND_PATIENT,
        because=N_("a new patient must be found before care can begin; every search is logged"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.REPORT_OPENINGS,
        because=N_("who read must be possible to follow, also what was read without a network"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.SEE_QUARANTINE,
        relation=Relation.OWN_UNIT,
        because=N_("the unit must settle what its staff wrote"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.SEE_WAITING,
        relation=Relation.OWN_UNIT,
        because=N_("what waits for the unit must be seen by it (SOSFS 2004:11)"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.SETTLE_ANSWER,
        relation=Relation.OWN_UNIT,
        because=N_("the unit must see to every answer that was meant for it"),
    ),
    Rule(
        who=ActorKind.CARE,
        action=Action.STAND_IN,
        relation=Relation.OWN_UNIT,
        because=N_("who is away must have somebody who sees what waits (SOSFS 2004:11)"),
    ),
    Rule(
        who=ActorKind.LAB_SYSTEM,
        action=Action.FETCH_ORDERS,
        relation=Relation.OWN_UNIT,
        because=N_("the orders were sent to its laboratory"),
    ),
    Rule(
        who=ActorKind.LAB_SYSTEM,
        action=Action.DELIVER_RESULTS,
        because=N_("answers what was asked; each answer is matched to its order"),
    ),
    Rule(
        who=ActorKind.PATIENT,
        action=Action.READ_OWN,
        relation=Relation.SELF,
        because=N_("direct access to one's own record (PDL 5:5)"),
    ),
    Rule(
        who=ActorKind.PATIENT,
        action=Action.ASK_FOR_CARE,
        relation=Relation.SELF,
        because=N_("egen vårdbegäran: nobody needs a referral to ask for care"),
    ),
    Rule(
        who=ActorKind.ADMIN,
        action=Action.MANAGE,
        because=N_("runs the server; has no access to records"),
    ),
    Rule(
        who=ActorKind.ADMIN,
        action=Action.ERASE,
        because=N_("carries out what the authority has decided (PDL 8:4); reads nothing of it"),
    ),
    Rule(
        who=ActorKind.LOG_REVIEW,
        action=Action.REVIEW_LOG,
        relation=Relation.OWN_PROVIDER,
        because=N_("systematic review of the access log (HSLF-FS 2016:40)"),
    ),
    *_CONTENT,
)


def decide(actor: Actor, action: Action, relation: Relation = Relation.NONE) -> Decision:
    """Decide one request about one object; deny unless a row of the table allows it."""
    return _decided(kinds_of(actor), action, relation)


@cache
def _decided(kinds: frozenset[ActorKind], action: Action, relation: Relation) -> Decision:
    for rule in RULES:
        if rule.who in kinds and rule.action is action and rule.relation in (None, relation):
            return Decision(allowed=True, basis=rule.because)
    return _REFUSED


def may_ever(actor: Actor, action: Action) -> bool:
    """Whether some object exists for which the table allows it: the first question at a route."""
    return _may_ever(kinds_of(actor), action)


@cache
def _may_ever(kinds: frozenset[ActorKind], action: Action) -> bool:
    return any(rule.who in kinds and rule.action is action for rule in RULES)


def relation_to_unit(actor: Actor, unit: HsaId) -> Relation:
    """Return how the actor stands to a unit."""
    own = isinstance(actor, Staff) and bool(unit) and actor.unit == unit
    return Relation.OWN_UNIT if own else Relation.NONE


def relation_to_provider(actor: Actor, provider: HsaId) -> Relation:
    """Return how the actor stands to a care provider."""
    own = isinstance(actor, Staff) and bool(provider) and actor.provider == provider
    return Relation.OWN_PROVIDER if own else Relation.NONE


def relation_to_patient(actor: Actor, patient: PatientId, in_care_of: frozenset[HsaId]) -> Relation:
    """Return how the actor stands to a patient who is in the care of these units."""
    match actor:
        case Staff() if actor.unit in in_care_of:
            return Relation.OWN_UNIT
        case Staff() if patient in actor.opened:
            return Relation.EMERGENCY
        case PatientSelf() if actor.patient == patient:
            return Relation.SELF
    return Relation.NONE


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One record that somebody would read. ``provider``: who wrote it.

    ``blocked``: a block withholds it from the actor; ``consented``: a consent is in force.
    """

    patient: PatientId
    provider: HsaId
    blocked: bool
    consented: bool


def relation_to_record(actor: Actor, asked: Asked, in_care_of: frozenset[HsaId]) -> Relation:
    """Return how the actor stands to one record of a patient who is in the care of these units.

    A block is asked first: what is open in an emergency is the one thing that it does not close.
    """
    relation = relation_to_patient(actor, asked.patient, in_care_of)
    if not isinstance(actor, Staff):
        return relation
    if asked.blocked:
        return Relation.EMERGENCY if asked.patient in actor.opened else Relation.BLOCKED
    others = asked.provider != actor.provider
    if relation is Relation.OWN_UNIT and others and asked.consented:
        return Relation.CONSENT
    return relation
