"""The patient sees their own consents and blocks in plain words, and who opened in an emergency."""

from __future__ import annotations

from pathlib import Path

from sync.protocol.emergency import OpenRequest
from tests.builders import GRACE, HOSPITAL, WARD, a_note, a_patient
from tests.privacy import a_block, a_consent, a_lift, an_inner_block
from tests.server.grace import ACCOUNTS, NUMBER
from tests.server.running import PASSWORD, running_server

REASON = "Medvetslös patient, behöver läkemedelslistan"


def test_who_may_read_and_who_opened_in_an_emergency_stand_in_words(tmp_path: Path) -> None:
    with running_server(tmp_path, accounts=ACCOUNTS) as running:
        outer = a_block(provider=HOSPITAL, provider_name="Sjukhuset")
        running.log_in("okoro").writes(
            a_patient(),
            a_note(),
            a_consent(provider=HOSPITAL, unit=WARD, unit_name="Avdelning 1"),
            an_inner_block(unit_name="Avdelning 1", reason="Vill inte att andra läser"),
            outer,
            a_lift(outer),
        )
        berg = running.log_in("berg")
        assert berg.post("/emergency/open", OpenRequest(patient=GRACE, reason=REASON)).is_success
        http = running.http()
        http.post("/login", data={"identity": NUMBER, "password": PASSWORD})

        page, log = http.get("/journal/privacy").text, http.get("/journal/log").text

    assert "Avdelning 1 får läsa vad andra vårdgivare har skrivit om dig" in page
    assert "2026-03-01 – 2026-03-15" in page
    assert "Andra enheter får inte läsa vad Avdelning 1 har skrivit" in page
    assert "Andra vårdgivare får inte läsa vad Sjukhuset har skrivit" in page
    assert "Spärren öppnades för" in page
    assert "Nödöppning" in log
    assert REASON in log
