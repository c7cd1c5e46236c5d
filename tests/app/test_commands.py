"""The commands, as somebody types them: what they do, say and answer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.installed import ROOT
from workstation.cli import COMMANDS, workstation
from workstation.domain.entity import EntityState
from workstation.domain.kinds import entity_state, open_raw
from workstation.domain.observation import Observation
from workstation.server import schema
from workstation.server.serve import ServerConfig, opened

_FHIR = ROOT.parent / "shared" / "data" / "fhir-r4"
_BUNDLE = """{"resourceType": "Bundle", "type": "transaction", "entry": [
 {"fullUrl": "urn:uuid:7d9f6a62-1a3b-4c1f-8a3e-0f4f4a0f0001",
  "resource": {"resourceType": "Patient", "id": "7d9f6a62-1a3b-4c1f-8a3e-0f4f4a0f0001",
   "birthDate": "1941-03-08", "name": [{"family": "Åberg", "given": ["Örjan"]}]}},
 {"fullUrl": "urn:uuid:7d9f6a62-1a3b-4c1f-8a3e-0f4f4a0f0002",
  "resource": {"resourceType": "Observation", "id": "7d9f6a62-1a3b-4c1f-8a3e-0f4f4a0f0002",
   "status": "final", "code": {"text": "Vikt"}, "subject":
   {"reference": "urn:uuid:7d9f6a62-1a3b-4c1f-8a3e-0f4f4a0f0001"},
   "valueQuantity": {"value": 71.20, "unit": "kg"}}}]}"""


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(workstation, arguments)


def _store(folder: Path) -> list[str]:
    return ["--db", str(folder / "record.db"), "--key-file", str(folder / "server.key")]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    done = _run(name, "--help")
    assert done.exit_code == 0
    assert len(done.output.splitlines()) > 4


def test_a_second_import_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(_BUNDLE, encoding="utf-8")
    command = ["import", str(tmp_path / "in.json"), "--json", *_store(tmp_path)]
    first, second = _run(*command), _run(*command)
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["new"] == 2
    assert (json.loads(second.stdout)["new"], json.loads(second.stdout)["known"]) == (0, 2)


def test_a_broken_document_is_refused_with_file_place_and_reason_and_the_others_go_in(
    tmp_path: Path,
) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "a.json").write_text(_BUNDLE.replace("71.20", '"tung"'), encoding="utf-8")
    (inbox / "b.json").write_text(_BUNDLE, encoding="utf-8")
    done = _run("import", str(inbox), "--json", *_store(tmp_path))
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert told["new"] == 2
    assert [refused["name"] for refused in told["refused"]] == ["a.json"]
    assert "entry[1]" in told["refused"][0]["path"]
    assert "a.json" in done.stderr


async def _stored(folder: Path) -> dict[str, EntityState]:
    config = ServerConfig(db=str(folder / "record.db"), key_file=folder / "server.key")
    async with opened(config) as core:
        raws = await core.database.read(lambda c: c.scalars(select(schema.entry.c.raw)).all())
    records = [open_raw(raw) for raw in raws]
    entities = {record.entity for record in records}
    states = [entity_state([r for r in records if r.entity == e]) for e in entities]
    return {state.family: state for state in states}


def test_a_changed_document_is_a_new_version_of_what_was_imported_and_nobody_has_to_decide(
    tmp_path: Path,
) -> None:
    document = tmp_path / "in.json"
    for value in ("71.20", "71.40", "70.90", "70.90"):
        document.write_text(_BUNDLE.replace("71.20", value), encoding="utf-8")
        done = _run("import", str(document), "--json", *_store(tmp_path))
        assert done.exit_code == 0, done.output

    weight = asyncio.run(_stored(tmp_path))["observation"]
    assert not weight.undecided
    assert len(weight.line.versions) == 3
    assert isinstance(weight.current.body, Observation)
    assert weight.current.body.quantity is not None
    assert weight.current.body.quantity.value == "70.90"


def test_importing_again_for_another_unit_gives_it_the_patients_and_changes_no_record(
    tmp_path: Path,
) -> None:
    (tmp_path / "in.json").write_text(_BUNDLE, encoding="utf-8")
    command = ["import", str(tmp_path / "in.json"), *_store(tmp_path)]
    first = _run(*command)
    second = _run(*command, "--unit", "SE2321000131-E1", "--json")

    assert first.exit_code == 0, first.output
    assert "--unit" in first.output  # nobody works at the unit that stands in for one
    assert second.exit_code == 0, second.output
    assert (json.loads(second.stdout)["new"], json.loads(second.stdout)["known"]) == (0, 2)
    assert asyncio.run(_members(tmp_path)) == {"SE0000000000-IMPORT", "SE2321000131-E1"}


async def _members(folder: Path) -> set[str]:
    config = ServerConfig(db=str(folder / "record.db"), key_file=folder / "server.key")
    async with opened(config) as core:
        found = await core.database.read(
            lambda c: c.scalars(
                select(schema.feed.c.unit).where(schema.feed.c.what == "enter")
            ).all()
        )
    return set(found)


def test_ids_that_are_no_uuids_need_the_name_of_their_system(tmp_path: Path) -> None:
    document = tmp_path / "in.json"
    document.write_text('{"resourceType":"Patient","id":"4711"}', encoding="utf-8")
    command = ["import", str(document), *_store(tmp_path)]

    refused, taken = _run(*command), _run(*command, "--source", "https://lab.example")

    assert refused.exit_code == 1
    assert "in.json" in refused.stderr
    assert "$.id" in refused.stderr
    assert taken.exit_code == 0, taken.output


def test_nothing_to_import_is_said_in_one_line(tmp_path: Path) -> None:
    from workstation.cli import main

    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit) as ended:
        main(["import", str(tmp_path / "empty"), *_store(tmp_path)])
    assert ended.value.code == 1


@pytest.mark.slow
def test_the_given_documents_are_understood_as_the_issue_names_them(tmp_path: Path) -> None:
    if not _FHIR.is_dir():
        pytest.skip("the documents are not beside the checkout: ../shared/data/fhir-r4")
    done = _run("import", str(_FHIR), "--json", *_store(tmp_path))
    told = json.loads(done.stdout)
    understood = set(told["understood"])
    assert {
        "Patient", "Encounter", "Condition", "AllergyIntolerance", "MedicationRequest",
        "Observation", "Procedure", "CarePlan", "DiagnosticReport", "Immunization", "ImagingStudy",
    } <= understood  # fmt: skip
    assert set(told["not_understood"]) == {
        "Claim", "ExplanationOfBenefit", "Organization", "Practitioner"
    }  # fmt: skip
    again = json.loads(_run("import", str(_FHIR), "--json", *_store(tmp_path)).stdout)
    assert (again["new"], again["known"]) == (0, told["new"])


def test_a_generated_region_names_people_who_can_log_in(tmp_path: Path) -> None:
    done = _run("generate", "--patients", "5", "--seed", "3", "--json", *_store(tmp_path))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["records"] > 50
    assert told["users"]
    assert told["password"]


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        done = _run(
            "generate", "--patients", "4", "--seed", "9", "--as-of", "2026-11-22",
            "--out", str(tmp_path / name),
        )  # fmt: skip
        assert done.exit_code == 0, done.output
    for file in ("directory.json", "patients.ndjson"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_the_doctor_says_what_to_mend_and_moves_aside_without_deleting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    done = _run("doctor", "--json")
    found = {each["what"]: each for each in json.loads(done.stdout)}
    assert done.exit_code == 1  # no keyring in tests, and nobody serves
    assert found["SQLite"]["ok"]
    assert not found["Nyckelring"]["ok"]
    assert all(each["mend"] for each in found.values() if not each["ok"])
    cache = tmp_path / "unit-1.ronden"
    cache.write_bytes(b"damaged")
    moved = _run("doctor", "--move-aside", str(cache))
    assert moved.exit_code == 0, moved.output
    assert not cache.exists()
    assert [p.read_bytes() for p in tmp_path.glob("unit-1.ronden.aside-*")] == [b"damaged"]
