"""What a filter knows of a journal's entries is what their records say."""

from __future__ import annotations

from local_cache.cache import Cache
from tests.builders import (
    GRACE,
    a_note,
    a_patient,
    a_resolution,
    a_signature,
    a_void,
    an_author,
    an_observation,
    sealed,
)
from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import HsaId
from workstation.domain.note import Section
from workstation.domain.record import Record

FAMILIES = ("note", "diagnostic_report")


def _version(note: Record, *terms: str, base: Record | None = None, **fields: object) -> Record:
    sections = tuple(Section(term=term, text="Sagt.") for term in terms)
    bases = (base.id if base is not None else note.id,)
    return a_note(entity=note.entity, bases=bases, sections=sections, **fields)


async def test_every_entry_is_told_by_the_version_that_holds(
    cache: Cache, signer: Ed25519Signer
) -> None:
    nurse = an_author(title="Sjuksköterska", unit=HsaId("SE1-B"), unit_name="Mottagningen")
    plain = a_note(type="ins", title="Inskrivning", author=nurse)
    signed = a_note(sections=(Section(term="Vikt", text="82 kg"), Section(text="fritt")))
    changed = a_note(title="Före")
    newer = _version(changed, "Status", title="Efter", author=nurse)
    gone = a_note()
    left, right = (_version(gone, term) for term in ("Buk", "Hjärta"))
    await cache.save(
        sealed(
            a_patient(), an_observation(), plain, signed, a_signature(signed, signer), changed,
            newer, gone, left, right, a_resolution((left, right), right), a_void(plain),
            signer=signer,
        )
    )  # fmt: skip

    facts = {f.entity: f for f in await cache.journal_facts(GRACE, families=FAMILIES)}

    assert set(facts) == {plain.entity, signed.entity, changed.entity, gone.entity}
    told = facts[plain.entity]
    assert (told.status, told.type, told.title) == ("voided", "ins", "Inskrivning")
    assert (told.unit, told.unit_name, told.profession) == ("SE1-B", "Mottagningen", "nurse")
    assert told.terms == ("Bedömning",)
    assert facts[signed.entity].status == "signed"
    assert facts[signed.entity].terms == ("Vikt", "")
    assert (facts[changed.entity].terms, facts[changed.entity].title) == (("Status",), "Efter")
    assert facts[changed.entity].profession == "nurse"
    assert facts[gone.entity].terms == ("Hjärta",)


async def test_the_order_is_that_of_the_pages(cache: Cache, signer: Ed25519Signer) -> None:
    notes = [a_note(contact_time=f"2026-01-{n % 3 + 1:02d}T08:00:00Z") for n in range(9)]
    await cache.save(sealed(a_patient(), *notes, signer=signer))

    facts = await cache.journal_facts(GRACE, families=FAMILIES)
    page = await cache.journal(GRACE, families=FAMILIES, offset=0, limit=20)

    assert [f.entity for f in facts] == [each.state.id for each in page]
    assert [f.at for f in facts] == [each.row.at for each in page]
