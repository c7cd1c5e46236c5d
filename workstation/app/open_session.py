"""Opens a session: one person in one assignment, with everything their screens use."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from local_cache.cache import Cache, Changed
from local_cache.referral_cases import cases
from workstation.app.deputies import ServersDeputies
from workstation.app.guidance import ContentGuidance
from workstation.app.log_review import log_extract
from workstation.app.opening import Opening
from workstation.app.press import press_of
from workstation.app.session_files import open_files
from workstation.app.session_parts import Parts, open_parts
from workstation.app.side_records import SideAttachments
from workstation.app.unmatched import ServersAnswers
from workstation.domain.clock import HybridClock
from workstation.domain.ids import HsaId, PatientId, RecordId
from workstation.operations.ports import Desk
from workstation.operations.session import LogExtract, LogReview, Paper, Session


@dataclass(frozen=True, kw_only=True, repr=False)
class Opened:
    """An open session, and what works behind it."""

    session: Session
    assignment: HsaId
    parts: Parts

    async def close(self) -> None:
        """Stop what works, close the files. Nothing is lost."""
        await self.parts.close()


async def open_session(opening: Opening) -> Opened:
    """Open the person's files and begin to synchronise.

    Raises:
        workstation.operations.session.FileDamaged: A file cannot be read; it can be set aside.
        workstation.domain.problem.Problem: A file cannot be opened; it is left as it is.
    """
    files = await open_files(opening)
    try:
        parts = await open_parts(opening, files)
        session = await _session(opening, parts)
        parts.begin()
    except BaseException:
        await files.close()
        raise
    return Opened(session=session, assignment=opening.author.assignment, parts=parts)


async def _session(opening: Opening, parts: Parts) -> Session:
    cache, connection, rules = parts.cache, opening.connection, parts.rules
    unit = opening.author.unit
    review = opening.log_review(connection) if opening.log_review else None
    return Session(
        desk=await _desk(opening, cache),
        clock=opening.clock,
        records=parts.records,
        changes=parts.records,
        lists=cache,
        stirred=cache.stir,
        drafts=parts.person_file,
        looks=parts.person_file,
        sync=parts.delivery,
        units=parts.units,
        opened=_fetching_first(parts),
        revealed=parts.openings.revealed,
        emergency=parts.emergency,
        attachments=SideAttachments(parts.shelf, parts.emergency),
        incidents=parts.incidents,
        support=rules.support,
        watch=rules.watch,
        guidance=_guidance(opening, parts),
        answers=ServersAnswers(connection, cache, opening.clock),
        deputies=ServersDeputies(connection, unit),
        cases=lambda since: cases(cache, unit, since=since),
        new_draft_id=opening.new_id,
        random_below=secrets.randbelow,
        paper=_paper(opening, parts),
        region=opening.region(connection) if opening.region else None,
        log_review=review,
        log_extract=_log_extract(opening, review),
        files=opening.files,
        practice=opening.practice,
        about=opening.about,
        online_only=opening.online_only,
        operates="admin" in opening.rights,
    )


async def _desk(opening: Opening, cache: Cache) -> Desk:
    clock = HybridClock(opening.clock, await cache.latest_time())

    def heard(changed: Changed) -> None:
        clock.observe(changed.latest)

    cache.on_change(heard)
    return Desk(
        author=opening.author,
        profession=opening.person.profession,
        device=opening.device.read().name,
        signer=opening.signer,
        new_id=lambda: RecordId(opening.new_id()),
        now=clock.next,
    )


def _fetching_first(parts: Parts) -> Callable[[PatientId], Awaitable[None]]:
    """Return what logs that a record is opened, and fetches first what is missing of it."""

    async def opened(patient: PatientId) -> None:
        if parts.emergency.of(patient) is not None:
            return  # the server has it all, and has logged it as what it is
        await parts.openings.opened(patient)
        line = await parts.cache.patient(patient)
        if line is None or not line.complete:
            await parts.cache.wish_for(patient)
            parts.synchroniser.prioritise(patient)

    return opened


def _guidance(opening: Opening, parts: Parts) -> ContentGuidance:
    return ContentGuidance(
        keeper=parts.rules.content,
        connection=opening.connection,
        person=opening.person.hsa_id,
        signer=opening.signer,
        rights=opening.rights,
    )


def _paper(opening: Opening, parts: Parts) -> Paper | None:
    if opening.paper is None:
        return None
    return opening.paper(press_of(parts.records, opening.author, parts.openings, parts.emergency))


def _log_extract(opening: Opening, review: LogReview | None) -> LogExtract | None:
    """What whoever may review the access log and can save a file has; nobody else has it."""
    if review is None or opening.files is None:
        return None
    return log_extract(review, opening.author, opening.files)
