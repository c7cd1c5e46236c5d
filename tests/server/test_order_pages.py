"""A laboratory that asks for what is new is told of every order, whenever it was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders import LABORATORY, a_referral
from tests.server.laboratory import Laboratory, an_order
from tests.server.running import Caller, Running, running_server
from workstation.domain.clock import HybridTime
from workstation.domain.record import Record


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_server(tmp_path_factory.mktemp("pages")) as running:
        yield running


def page(laboratory: Laboratory, after: int) -> tuple[set[str], int]:
    """Return the orders of a page, and where to ask on."""
    who = {"authorization": f"Bearer {laboratory.token}"}
    reply = laboratory.http.get(f"/fhir/ServiceRequest?after={after}", headers=who)
    bundle: dict[str, Any] = reply.json()
    found = [entry["resource"] for entry in bundle["entry"]]
    orders = {one["id"] for one in found if one["resourceType"] == "ServiceRequest"}
    return orders, int(bundle["link"][0]["url"].rpartition("after=")[2])


def to_laboratory(okoro: Caller, **fields: Any) -> Record:
    return a_referral(to_unit=LABORATORY, due="2027-01-01", author=okoro.author, **fields)


def test_an_order_written_without_contact_is_told_to_a_laboratory_that_has_asked_since(
    okoro: Caller, laboratory: Laboratory
) -> None:
    newer = an_order(okoro)
    told, after = page(laboratory, 0)
    assert str(newer.entity) in told

    older = to_laboratory(okoro, written_at=HybridTime(newer.written_at.millis - 3_600_000))
    okoro.writes(older)
    told, _after = page(laboratory, after)
    assert str(older.entity) in told


def test_orders_that_came_together_are_told_together_and_the_rest_on_the_next_page(
    okoro: Caller, laboratory: Laboratory
) -> None:
    together = [to_laboratory(okoro) for _n in range(210)]
    okoro.writes(*together)
    last = an_order(okoro)
    told, after = page(laboratory, 0)
    assert {str(one.entity) for one in together} <= told
    assert str(last.entity) not in told
    assert str(last.entity) in page(laboratory, after)[0]
