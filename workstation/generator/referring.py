"""Referrals in every state: sent, received, completed, forwarded, refused, booked, answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from workstation.domain.ids import HsaId
from workstation.domain.record import Record
from workstation.domain.referral import Referral, ReferralAnswer, ReferralEvent, ReferralType
from workstation.domain.values import Concept, utc_text
from workstation.generator import deeds
from workstation.generator.region import StaffMember, Unit
from workstation.generator.vocabulary import phrases
from workstation.generator.words import value_text

if TYPE_CHECKING:
    from workstation.generator.course import Course

Priority = Literal["routine", "soon", "urgent", "immediate"]
_PRIORITIES: tuple[tuple[Priority, float], ...] = (("routine", 7), ("soon", 2.4), ("urgent", 0.6))
_ENDINGS = (
    ("answered", 70.0),
    ("rejected", 5.0),
    ("cancelled", 4.0),
    ("forwarded", 7.0),
    ("lost", 1.5),
)


def consult(
    course: Course, moment: datetime, specialty: str = "", *, question: str = "", answer: str = ""
) -> None:
    """Refer from the health centre to a specialist clinic; any clinic and any question if not said."""
    texts = phrases("lives")["remisser"]["konsult"]
    unit = course.unit(specialty or course.chance.pick(texts["enheter"]))
    question = question or course.chance.pick(texts["fraga"])
    answers = [answer] if answer else texts["svar"]
    kind: ReferralType = "takeover" if course.chance.happens(0.08) else "consultation"
    _refer(course, moment, kind, unit, question, (), answers)


def examination(course: Course, moment: datetime) -> None:
    """Order an imaging, physiological or microbiological examination from the health centre."""
    which = course.chance.pick(("rontgen", "rontgen", "fysiologi", "odling"))
    texts = phrases("lives")["remisser"][which]
    chosen = course.chance.pick(texts["val"])
    asked = Concept(text=chosen["undersokning"])
    kind: ReferralType = "laboratory" if which == "odling" else "imaging"
    unit = course.unit(texts["enhet"])
    _refer(course, moment, kind, unit, chosen["fraga"], (asked,), chosen["svar"])


def _refer(
    course: Course,
    moment: datetime,
    kind: ReferralType,
    to: Unit,
    question: str,
    asked: tuple[Concept, ...],
    answers: list[str],
) -> None:
    sender = course.doctor(course.unit("vc"))
    priority = course.chance.weighted(_PRIORITIES)
    body = Referral(
        type=kind,
        question=question,
        background=background(course, moment),
        to_unit=to.hsa_id,
        to_unit_name=to.name,
        priority=priority,
        requested=asked,
        due=(moment + timedelta(days=30 if priority == "routine" else 10)).date().isoformat(),
        owner=sender.hsa_id,
        phone=sender.unit.phone,
        interpreter=course.person.origin.language if course.person.interpreter else "",
        patient_phone=course.person.phone if course.person.protection == "none" else "",
    )
    sent = course.chart.write(body, by=sender, at=moment)
    _travel(course, sent, body, sender, to, answers)


def background(course: Course, moment: datetime) -> str:
    """Return the referral's own account: it may not merely point to the record."""
    age = course.person.age_on(moment.date())
    sex = "kvinna" if course.person.female else "man"
    if age < 18:
        sex = "flicka" if course.person.female else "pojke"
    known = [
        record.body.concept.text.lower()
        for record in course.conditions.values()
        if hasattr(record.body, "concept")
    ]
    history = f"Tidigare sjukdomar: {', '.join(known)}." if known else "Tidigare frisk."
    values = [
        f"{course.physiology.analysis(key).concept.text} "
        f"{value_text(course.physiology, key, course.physiology.latest[key])}"
        for key in ("hb", "krea", "crp", "hba1c")
        if key in course.physiology.latest
    ]
    recent = f" Senaste prover: {', '.join(values)}." if values else ""
    return f"{age}-årig {sex}. {history} Aktuella läkemedel: {course.medicines.listing()}.{recent}"


def _travel(
    course: Course, sent: Record, body: Referral, sender: StaffMember, to: Unit, answers: list[str]
) -> None:
    """Take the referral as far as it gets before ``as_of``."""
    journey = _Journey(course, sent, to)
    if not journey.step("BEK", course.chance.whole(1, 4)):
        return
    if course.chance.happens(0.16) and not _completed(course, journey, body, sender):
        return
    ending = course.chance.weighted(_ENDINGS)
    if ending == "rejected":
        if journey.step("AVV", 3, reason=_reason(course, "avvisad")):
            _seen(course, journey, sender)
    elif ending == "cancelled":
        journey.cancel(sender, 6, _reason(course, "avbruten"))
    elif ending != "lost":  # else nobody answers, and the day it was due passes
        _carried_out(course, journey, sender, answers, forwarded=ending == "forwarded")


def _carried_out(
    course: Course,
    journey: _Journey,
    sender: StaffMember,
    answers: list[str],
    *,
    forwarded: bool,
) -> None:
    if forwarded:
        other = course.chance.pick(course.region.units_of("kirurgi", "hjarta", "lunga", "gastro"))
        if not journey.step("VID", 3, to=other):
            return
    if not journey.step("accepted", 2) or not journey.step("booked", 2):
        return
    if journey.step("performed", course.chance.whole(8, 35)):
        for asked in journey.asked:
            deeds.pictures(course, asked, journey.now, by=journey.receiver)
        _answer(course, journey, sender, answers)


def _reason(course: Course, kind: str) -> str:
    return str(course.chance.pick(phrases("lives")["remisser"][kind]))


def _completed(course: Course, journey: _Journey, body: Referral, sender: StaffMember) -> bool:
    """The receiver asks for more; the sender mostly gives it. Return whether it goes on."""
    if not journey.step("KOM", 1, reason=_reason(course, "komplettering")):
        return False
    if course.is_recent(journey.now, days=45) and course.chance.happens(0.7):
        return False
    fuller = Referral(
        type=body.type,
        number=body.number + 1,
        question=body.question,
        background=f"{body.background} Komplettering: {course.medicines.listing()}.",
        to_unit=body.to_unit,
        to_unit_name=body.to_unit_name,
        priority=body.priority,
        requested=body.requested,
        due=body.due,
        owner=body.owner,
        phone=body.phone,
        interpreter=body.interpreter,
        patient_phone=body.patient_phone,
    )
    return journey.write(fuller, sender, 2)


def _answer(course: Course, journey: _Journey, sender: StaffMember, answers: list[str]) -> None:
    text = course.chance.pick(answers)
    if course.chance.happens(0.06) and not journey.write(
        ReferralAnswer(answer="DSV", text="Delsvar: undersökningen är utförd, granskning pågår."),
        journey.receiver,
        0,
    ):
        return
    if course.chance.happens(0.2) and not journey.write(
        ReferralAnswer(answer="PSV", text=f"Preliminärt svar. {text}"), journey.receiver, 0
    ):
        return
    if course.is_recent(journey.now, days=6) and course.chance.happens(0.5):
        return
    final = ReferralAnswer(answer="SSV", text=text)
    if journey.write(final, journey.receiver, 1):
        _seen(course, journey, sender)


def _seen(course: Course, journey: _Journey, sender: StaffMember) -> None:
    """The sender acknowledges the answer or rejection in time, unless it is from these days."""
    seen = journey.now + timedelta(hours=course.chance.whole(3, 100))
    waits = course.is_recent(journey.now, days=12) and course.chance.happens(0.5)
    if seen < course.as_of and not waits:
        course.chart.acknowledge(journey.last, by=sender, at=seen)


class _Journey:
    """Where a referral is and when. Each step returns whether it happened before ``as_of``."""

    def __init__(self, course: Course, sent: Record, to: Unit) -> None:
        self._course = course
        self._unit = to
        self._sent = sent
        self.last = sent
        self.now = sent.written_at.as_datetime()

    @property
    def asked(self) -> tuple[Concept, ...]:
        """The examinations that were asked for."""
        body = self._sent.body
        return body.requested if isinstance(body, Referral) else ()

    @property
    def receiver(self) -> StaffMember:
        """Somebody who may answer at the receiving unit."""
        return self._course.doctor(self._unit, usual=False)

    def step(
        self,
        event: Literal["BEK", "KOM", "VID", "AVV", "accepted", "booked", "performed"],
        days: int,
        *,
        reason: str = "",
        to: Unit | None = None,
    ) -> bool:
        """The receiving unit takes a step."""
        body = ReferralEvent(
            event=event,
            reason=reason,
            to_unit=to.hsa_id if to else HsaId(""),
            to_unit_name=to.name if to else "",
            booked_for=utc_text(self.now + timedelta(days=25)) if event == "booked" else None,
        )
        desk = self._course.someone(self._unit, "sekreterare", "rontgensjukskoterska")
        by = desk if event in ("BEK", "booked", "performed") else self.receiver
        happened = self.write(body, by, days)
        if to is not None:
            self._unit = to
        return happened

    def cancel(self, sender: StaffMember, days: int, reason: str) -> bool:
        """The sender takes it back."""
        return self.write(ReferralEvent(event="AVB", reason=reason), sender, days)

    def write(
        self, body: Referral | ReferralEvent | ReferralAnswer, by: StaffMember, days: int
    ) -> bool:
        """Write the next record of the referral, some days on."""
        then = self.now + timedelta(days=days, hours=self._course.chance.whole(1, 6))
        if then >= self._course.as_of:
            return False
        self.now = then
        self.last = self._course.chart.write(
            body, by=by, at=then, entity=self.last.entity, bases=(self.last,)
        )
        return True
