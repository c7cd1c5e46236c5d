"""Who measures, where, and with which keys. Imports little: memory is measured on what imports it."""

from __future__ import annotations

from workstation.access.signing import Ed25519Signer
from workstation.domain.ids import HsaId
from workstation.domain.record import Author

SIGNER = Ed25519Signer(bytes(range(32)))
KEY = bytes(range(32))
UNIT = "SE2321000131-BENCH"
BENCH_AUTHOR = Author(
    hsa_id=HsaId("SE2321000131-BENCHPERSON"),
    name="Mätning",
    title="Läkare",
    assignment=HsaId("SE2321000131-BENCHTASK"),
    unit=HsaId(UNIT),
    unit_name="Mätning",
    provider=HsaId("SE2321000131-BENCHCARE"),
)
