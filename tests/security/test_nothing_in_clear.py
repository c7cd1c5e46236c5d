"""Nothing that a record says is found in anything that was written, whatever was done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.needs import needs_poppler, only_on_linux
from tests.security import visitors
from tests.security.house import House
from tests.security.needles import FAMILY, FHIR_FILE
from tests.security.stock import fhir_document
from tests.security.sweep import Sweep

pytestmark = [pytest.mark.slow, only_on_linux, needs_poppler]


def _day(house: House) -> None:
    """Drive every command and every screen, with power cuts, refusals and defects."""
    assert house.run("load", "stock", str(house.db), str(house.key_file)) == 0, house.said("load")
    with house.server("serve") as server:
        assert house.run("sitting", "sitting", "everything", server) == -9, house.said("sitting")
        visitors.a_patient_reads(server)
        visitors.nonsense_is_refused(server)
    with house.server("serve-again") as server:
        assert house.run("again", "sitting", "again", server) == 0, house.said("again")
    assert house.run("alone", "sitting", "alone", server) == 0, house.said("alone")


def _commands(house: House) -> None:
    """Drive the commands that work on a server's database."""
    options = ("--db", str(house.db), "--key-file", str(house.key_file))
    documents = house.chosen / "documents"
    documents.mkdir()
    for broken in (False, True):
        path = documents / f"{FHIR_FILE}-{broken}.json"
        path.write_bytes(fhir_document(broken=broken))
        status = house.run("import", "workstation", "import", str(path), *options, shown=True)
        assert status == int(broken), (house.screen / "import.said").read_text()
    place = house.swept / "server" / "region.db"
    options = ("--db", str(place), "--key-file", str(house.key_file.with_name("region.key")))
    status = house.run("generate", "workstation", "generate", "--patients", "3", *options)
    assert status == 0, house.said("generate")


def test_a_whole_day_leaves_nothing_in_clear(tmp_path: Path) -> None:
    house = House(tmp_path)

    _day(house)
    _commands(house)

    sweep = Sweep()
    assert {f.needle for f in sweep.folder(house.chosen)} >= {"family name", "file name", "drug"}
    assert len(list(house.swept.rglob("*.ronden"))) >= 4
    assert FAMILY not in (house.swept / "logs" / "serve.log").read_text("utf-8")
    assert [str(found) for found in house.findings(sweep)] == []
