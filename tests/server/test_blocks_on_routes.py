"""Every route that care staff may call, asked by somebody a block closes out: nothing of it comes back."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Generator

import pytest

from sync.protocol.attachments import FetchRequest, KeepRequest, OfferRequest, piece, pieces_of
from sync.protocol.emergency import OpenRequest
from sync.protocol.messages import (
    HeadsRequest,
    HelloRequest,
    ManifestRequest,
    Message,
    PullRequest,
    Span,
    StreamRequest,
)
from sync.protocol.ports import patient_bucket
from tests.builders import CLINIC, GRACE, WARD, a_note, a_patient, a_referral, a_time
from tests.privacy import an_inner_block
from tests.server.running import Caller, Running, running_server
from tests.server.test_every_route import ALLOWED, CARE
from workstation.domain.attachment import Attachment, described
from workstation.server.loading import begin_memberships
from workstation.server.routes.admin import FindRequest, UnitRequest

NEEDLE = "hemlig-uppgift-om-beroende"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"hemlig-bild" * 3000 + b"IEND\xaeB`\x82"


def an_attachment() -> Attachment:
    return described(PICTURE, "bild")


@pytest.fixture(scope="module")
def blocked(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    """A server on which the ward has written what Grace has blocked, and the clinic has her too."""
    with running_server(tmp_path_factory.mktemp("blocked")) as running:
        okoro = running.log_in("okoro")
        said = an_attachment()
        offer = OfferRequest(p=GRACE, hash=said.hash, size=said.size, type=said.type)
        by = {"author": okoro.author, "written_at": a_time(1)}
        note = a_note(text=NEEDLE, title=NEEDLE, **by)
        # The ward's own question to itself: nothing of it was addressed to the clinic.
        order = a_referral(to_unit=WARD, question=NEEDLE, attachments=(said,), **by)
        okoro.writes(a_patient(author=okoro.author, written_at=a_time()), note, order)
        assert okoro.post("/attachments/offer", offer).status_code == 200
        for n in range(pieces_of(said.size)):
            kept = KeepRequest(p=GRACE, hash=said.hash, n=n, data=piece(PICTURE, n))
            assert okoro.post("/attachments/piece", kept).status_code == 200
        running.do(begin_memberships(running.core, [(GRACE, CLINIC)]))
        okoro.writes(an_inner_block(author=okoro.author, written_at=a_time(2)))
        yield running


def asked(server: Running, path: str) -> list[Message | bytes]:
    """Return what is asked of a route; of those that read no record, nothing in particular."""
    epoch, name = server.core.epoch, an_attachment().hash
    spans = (Span(p=GRACE), Span(p=GRACE, essential=True), Span(p=GRACE, first=2, last=2))
    bodies: dict[str, list[Message | bytes]] = {
        "/sync/hello": [HelloRequest(device="PC-17", incarnation=1, program="1")],
        "/sync/pull": [PullRequest(epoch=epoch, cursors={CLINIC: 0})],
        "/sync/manifest": [ManifestRequest(unit=CLINIC)],
        "/sync/stream": [
            StreamRequest(epoch=epoch, spans=spans),
            StreamRequest(epoch=epoch, spans=spans, whole=True),
        ],
        "/sync/heads": [
            HeadsRequest(unit=CLINIC),
            HeadsRequest(unit=CLINIC, bucket=patient_bucket(GRACE)),
        ],
        "/attachments/fetch": [FetchRequest(p=GRACE, hash=name, n=0)],
        "/patients/find": [FindRequest(text="Hopper"), FindRequest(text=NEEDLE)],
        "/directory/people": [UnitRequest(unit=CLINIC)],
        "/waiting/page": [b'{"unit":"%s","reasons":["unsigned","acknowledge"]}' % CLINIC.encode()],
        "/waiting/overdue": [b'{"unit":"%s"}' % CLINIC.encode()],
        "/waiting/counts": [b'{"unit":"%s"}' % CLINIC.encode()],
    }
    return bodies.get(path, [b"{}"])


def answers(server: Running, caller: Caller) -> list[bytes]:
    found: list[bytes] = []
    for (method, path), allowed in sorted(ALLOWED.items()):
        if not allowed >= CARE or path in ("/sync/events", "/auth/logout", "/emergency/open"):
            continue
        if method == "GET":
            found.append(caller.get(path).content)
        else:
            found += [caller.post(path, body).content for body in asked(server, path)]
    return found


def needles_in(found: list[bytes]) -> int:
    pieces = {b64encode(piece(PICTURE, n)) for n in range(pieces_of(len(PICTURE)))}
    return sum(NEEDLE.encode() in one or any(p in one for p in pieces) for one in found)


def test_nothing_of_what_is_blocked_comes_back_on_any_route(blocked: Running) -> None:
    assert needles_in(answers(blocked, blocked.log_in("okoro"))) > 2  # where it was written
    assert needles_in(answers(blocked, blocked.log_in("berg"))) == 0


def test_an_emergency_opens_it_and_that_is_in_the_log(blocked: Running) -> None:
    berg = blocked.log_in("berg")
    opening = OpenRequest(patient=GRACE, reason="Medvetslös, behöver veta om läkemedel")
    assert berg.post("/emergency/open", opening).status_code == 200

    (plain, whole) = (berg.post("/sync/stream", body) for body in asked(blocked, "/sync/stream"))
    assert needles_in([plain.content]) == 0  # this is what goes into the unit's cache
    assert needles_in([whole.content]) == 1
    assert (
        berg.post("/attachments/fetch", asked(blocked, "/attachments/fetch")[0]).status_code == 200
    )
