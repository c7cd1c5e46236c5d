"""The simulated laboratory, a process of its own: orders come back answered over FHIR."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.laboratory import an_order
from tests.server.running import LAB_SYSTEM_AT, Running, running_server
from workstation.app.laboratory import Department, answer_to
from workstation.domain.record import Record
from workstation.domain.referral import ReferralState, Step
from workstation.interop.fhir.lab import read_deliveries
from workstation.server.store import orders
from workstation.server.systems import enrol_system


def state_of(server: Running, order: Record) -> ReferralState:
    found = server.do(
        server.core.database.read(lambda c: orders.load(c, order.patient, order.entity))
    )
    assert found is not None
    state: ReferralState = found.referral
    return state


@pytest.mark.slow
def test_orders_come_back_answered_by_a_process_that_speaks_fhir(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        okoro = server.log_in("okoro")
        blood = an_order(okoro, "NPU03230", "NPU28309")
        picture = an_order(okoro, "XR", type="imaging", background="Hosta i tre veckor.")
        token = tmp_path / "token"
        token.write_text(server.do(enrol_system(server.core, LAB_SYSTEM_AT)))

        done = subprocess.run(
            [sys.executable, "-m", "workstation", "--language", "en", "lab-sim"]
            + ["--server", server.url, "--token-file", str(token)]
            + ["--every", "0.05", "--rounds", "6"],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )

        assert done.returncode == 0, done.stderr
        assert "SIMULATED" in done.stderr
        assert [str(t.step) for t in state_of(server, blood).taken][1:] == ["BEK", "PSV", "SSV"]
        assert [t.step for t in state_of(server, picture).taken][1:] == [
            Step.BEK,
            Step.PERFORMED,
            Step.PSV,
            Step.SSV,
        ]
        assert okoro.get("/answers").json()["answers"] == []


def test_the_same_order_always_gets_the_same_invented_values() -> None:
    order = {
        "id": "0198e0a4-0000-7000-8000-000000000001",
        "category": [{"text": "laboratory"}],
        "authoredOn": "2026-11-20T08:00:00.000Z",
        "subject": {"reference": "Patient/0198e0a4-0000-7000-8000-000000000002"},
        "code": {"text": "P-Kalium"},
    }
    assert answer_to(order, "final") == answer_to(order, "final")


def test_a_department_does_one_thing_at_a_time_and_never_the_same_twice() -> None:
    order = {"id": "1", "category": [{"text": "imaging"}], "subject": {"reference": "Patient/1"}}
    department = Department()
    seen = []
    for _round in range(6):
        department.sees([order])
        thing = department.next_of(order)
        if thing is not None:
            seen.append(thing[0])
            department.done(order)
    assert seen == ["/fhir/Task", "/fhir/Task", "/fhir", "/fhir"]


def test_what_the_simulated_laboratory_says_is_what_the_server_reads() -> None:
    order = {"id": "1", "category": [{"text": "imaging"}], "subject": {"reference": "Patient/1"}}
    (delivery,) = read_deliveries(json.dumps(answer_to(order, "final")).encode())
    assert "SIMULERAT" in delivery.report.conclusion
