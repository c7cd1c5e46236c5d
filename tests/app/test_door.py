"""The way in at the server, where the server is not what this program expects."""

from __future__ import annotations

import httpx
import msgspec
import pytest

from sync.client.connection import Connection
from sync.protocol.ports import NoContact
from tests.server.running import DIRECTORY
from workstation.app.door import Door
from workstation.domain.texts import in_language
from workstation.operations.session import NotAdmitted

_UNIT = msgspec.to_builtins(DIRECTORY.units[0])
_REPLY = {
    "person": msgspec.to_builtins(DIRECTORY.people[0]),
    "held": [
        {
            "assignment": msgspec.to_builtins(DIRECTORY.assignments[0]),
            "unit": _UNIT | {"type": "dental"},
            "provider": msgspec.to_builtins(DIRECTORY.providers[0]),
        }
    ],
    "token": "t",
}


def _door(answer: httpx.Response) -> Door:
    transport = httpx.MockTransport(lambda _request: answer)
    connection = Connection("https://server.test", token=lambda: "", transport=transport)
    return Door(connection, device="PC-17")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(200, json=_REPLY), id="a type of unit of a newer server"),
        pytest.param(httpx.Response(200, json={"hello": "?"}), id="another server"),
        pytest.param(httpx.Response(200, content=b"OK"), id="no JSON"),
    ],
)
async def test_an_answer_this_program_cannot_read_is_told_from_no_contact(
    answer: httpx.Response,
) -> None:
    with in_language("en"), pytest.raises(NotAdmitted) as refused:
        await _door(answer).log_in("okoro", "p")

    assert "does not understand" in refused.value.message
    assert "older than the server" in refused.value.advice


async def test_a_page_that_wants_a_login_of_its_own_is_no_contact() -> None:
    page = httpx.Response(200, html="<p>Logga in på gästnätet</p>")
    with pytest.raises(NoContact):
        await _door(page).log_in("okoro", "p")
