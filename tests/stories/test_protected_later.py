"""A patient becomes protected: what older versions say of where they are is shown by nobody any more.

The older versions stay in the record as everything does, sealed in the stores. Every way of
reading goes by what holds now, and of two versions that disagree the one that protects holds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from local_cache.cache import Cache, create_cache
from tests.builders import (
    CLINIC,
    GRACE,
    a_patient,
    a_referral,
    a_time,
    sealed,
)
from tests.local_cache.conftest import KEY, SetClock
from tests.server.laboratory import Laboratory, an_order
from tests.server.running import STAFF, running_server
from ui.screens.referrals.reading import reading_of
from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import EntityId
from workstation.domain.kinds import entity_state, project
from workstation.domain.patient import Address, Patient, Relative, Telecom
from workstation.domain.record import Origin, Record
from workstation.domain.referral import referral_state
from workstation.interop.fhir.writing import fhir_bytes, to_fhir
from workstation.operations.ports import Delivery, Listed
from workstation.server.routes.admin import FindRequest
from workstation.server.serve import Accounts

_STREET, _CITY, _PHONE, _KIN = "Hemliga gatan 1", "Ingenstans", "070-1234567", "Nära Anhörig"
_SECRETS = (_STREET, "Hemliga", _CITY, _PHONE, _KIN)
_NUMBER, _PASSWORD = "191212121212", "ett långt lösenord"
_WHERE: dict[str, Any] = {
    "addresses": (Address(lines=(_STREET,), city=_CITY),),
    "telecoms": (Telecom(system="phone", value=_PHONE, use="mobile"),),
    "relatives": (Relative(name=_KIN, relation="syster", phone=_PHONE),),
}
_SOURCE = Origin(
    format="fhir", source="x", reference="Patient/1", raw=json.dumps([_STREET, _CITY, _KIN])
)


def _versions(**fields: Any) -> list[Record]:
    """Return who she was with an address, and the version that protects it and still holds it."""
    before = a_patient(**_WHERE, origin=_SOURCE, **fields)
    after = a_patient(
        **_WHERE,
        protection="sekretessmarkering",
        bases=(before.id,),
        written_at=a_time(5),
        **fields,
    )
    return [before, after]


def _said(value: object) -> str:
    """Everything in a value, its private parts as well."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return "\n".join(map(_said, value))
    names = getattr(value, "__dataclass_fields__", ())
    return "\n".join(_said(getattr(value, name)) for name in names)


@pytest.mark.parametrize("overtaken", [False, True])
async def test_no_list_search_or_export_tells_where_she_lives(
    tmp_path: Path, *, overtaken: bool
) -> None:
    before, after = _versions()
    records = [before, after]
    if overtaken:  # somebody who had not seen it changed her name meanwhile: undecided
        records.append(a_patient(**_WHERE, family="Murray", bases=(before.id,)))
    path = tmp_path / "unit.db"
    create_cache(path, KEY, device="PC-17", incarnation=1)
    cache = await Cache.open(path, KEY, clock=SetClock())
    try:
        for record in records:
            await cache.save(sealed(record, signer=Ed25519Signer(b"7" * 32)))
        line = await cache.patient(GRACE)
        listed = await cache.entity(GRACE, EntityId(GRACE))
        assert line is not None
        assert listed is not None
        for secret in _SECRETS:
            assert await cache.find_patients(secret, limit=5) == ()
            assert await cache.search_text(GRACE, secret, limit=5) == ()
    finally:
        await cache.close()

    assert line.protected
    assert isinstance(listed.state.current.body, Patient)
    assert listed.state.current.body.protected
    told = _said(line) + listed.row.title + listed.row.text
    told += fhir_bytes(to_fhir(entity_state(records))).decode()
    assert not [secret for secret in _SECRETS if secret in told]


def test_neither_her_page_nor_the_laboratory_nor_a_search_tells_it(tmp_path: Path) -> None:
    accounts = Accounts(staff=STAFF, patients={GRACE: (_NUMBER, _PASSWORD)})
    with running_server(tmp_path, accounts=accounts) as server:
        okoro = server.log_in("okoro")
        an_order(okoro, patient_phone=_PHONE)
        okoro.writes(*_versions(author=okoro.author))
        told = okoro.post("/patients/find", FindRequest(text="hopper", limit=5)).text
        told += json.dumps(Laboratory.at(server).orders(), ensure_ascii=False)
        with httpx.Client(base_url=server.url, trust_env=False, follow_redirects=True) as browser:
            browser.post("/login", data={"identity": _NUMBER, "password": _PASSWORD})
            for place in ("", "/notes", "/medication", "/results", "/referrals", "/plans"):
                told += browser.get(f"/journal{place}").raise_for_status().text

    assert "skyddade personuppgifter" in told
    assert not [secret for secret in _SECRETS if secret in told]


def test_a_referral_from_before_shows_no_number_of_hers() -> None:
    request = a_referral(patient_phone=_PHONE, to_unit=CLINIC)
    state = entity_state([request])

    listed = Listed(state=state, row=project(state), delivery=Delivery.RECEIVED, changed=0)
    for protected in (False, True):
        entries = reading_of(listed, referral_state(state), 0, protected=protected)
        assert (_PHONE in _said(entries)) is not protected
