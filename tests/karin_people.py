"""Who Karin is, who looks after her, and where."""

from __future__ import annotations

from datetime import timedelta

from tests.builders import (
    CLINIC,
    LABORATORY,
    WARD,
    an_author,
    an_id,
)
from tests.ward import Ward
from workstation.domain.clock import HybridTime
from workstation.domain.directory import Unit
from workstation.domain.ids import HsaId, PatientId
from workstation.domain.values import utc_text

KARIN = PatientId(an_id("karin"))
SHE = {"patient": KARIN}
LIND = an_author(
    name="Lind, Anna",
    title="Läkare",
    hsa_id=HsaId("SE2321000016-P001"),
    unit_name="Avd 12, Sahlgrenska",
    provider_name="Sahlgrenska",
)
OBERG = an_author(
    name="Öberg, Maja",
    title="Sjuksköterska",
    hsa_id=HsaId("SE2321000016-P002"),
    unit_name="Avd 12, Sahlgrenska",
    provider_name="Sahlgrenska",
)
EK = an_author(
    name="Ek, Johan",
    title="Distriktsläkare",
    hsa_id=HsaId("SE2321000016-P003"),
    unit=CLINIC,
    unit_name="Vc Gårda",
    provider=HsaId("SE5560000000-G000"),
    provider_name="Gårda Vård AB",
)
UNITS = (
    Unit(
        hsa_id=WARD,
        name="Avd 12, Sahlgrenska",
        provider=LIND.provider,
        type="ward",
        phone="031-342 12 00",
    ),
    Unit(hsa_id=CLINIC, name="Vc Gårda", provider=EK.provider, type="primary_care"),
    Unit(
        hsa_id=LABORATORY,
        name="Klinisk kemi",
        provider=LIND.provider,
        type="laboratory",
        receives=("laboratory",),
    ),
    Unit(
        hsa_id=HsaId("SE2321000016-F1Y1"),
        name="Klinisk fysiologi",
        provider=LIND.provider,
        type="imaging",
        receives=("imaging", "consultation"),
    ),
)


def times(ward: Ward):  # type: ignore[no-untyped-def]
    def at(hours_ago: float) -> HybridTime:
        return HybridTime(ward.clock.millis - round(hours_ago * 3_600_000))

    return at


def day(ward: Ward, days_ago: int) -> str:
    return utc_text(ward.clock.now() - timedelta(days=days_ago))
