"""The tables, for queries. They are made by the migrations; a test holds the two together.

Every table of patient data has ``patient_id`` first: the key a region is sharded by.
Identifiers are 16 bytes, times milliseconds since 1970 UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _table(table: str, /, **columns: type[BigInteger | Integer | LargeBinary | Text]) -> Table:
    return Table(table, metadata, *(Column(key, kind) for key, kind in columns.items()))


patient = _table("patient", patient_id=LargeBinary, head_rev=BigInteger, head_hash=LargeBinary)
entry = _table(
    "entry",
    patient_id=LargeBinary,
    rev=BigInteger,
    op_id=LargeBinary,
    entity_id=LargeBinary,
    kind=Text,
    author=Text,
    at=BigInteger,
    skew=BigInteger,
    received_at=BigInteger,
    raw=LargeBinary,
    sig=LargeBinary,
    signer=LargeBinary,
    chain=LargeBinary,
)
entity_row = _table(
    "entity_row",
    patient_id=LargeBinary,
    entity_id=LargeBinary,
    family=Text,
    grp=Text,
    status=Text,
    code=Text,
    at=BigInteger,
    rev=BigInteger,
    for_patient=Integer,
)
patient_card = _table(
    "patient_card",
    patient_id=LargeBinary,
    family=Text,
    given=Text,
    birth_date=Text,
    sex=Text,
    identity=Text,
    identity_system=Text,
    protected=Integer,
    deceased=Integer,
)
patient_name = _table("patient_name", patient_id=LargeBinary, word=Text)
patient_number = _table("patient_number", patient_id=LargeBinary, number=Text)
membership = _table(
    "membership",
    patient_id=LargeBinary,
    unit=Text,
    since_rev=BigInteger,
    since_at=BigInteger,
    until_at=BigInteger,
    reason=Text,
)
outbox = _table(
    "outbox", patient_id=LargeBinary, n=BigInteger, rev=BigInteger, unit=Text, what=Text
)
unit_head = _table("unit_head", unit=Text, pos=BigInteger, digest=LargeBinary)
feed = _table("feed", unit=Text, pos=BigInteger, patient_id=LargeBinary, rev=BigInteger, what=Text)
quarantine = _table(
    "quarantine",
    patient_id=LargeBinary,
    hash=LargeBinary,
    op_id=LargeBinary,
    raw=LargeBinary,
    sig=LargeBinary,
    signer=LargeBinary,
    why=Text,
    place=Text,
    unit=Text,
    person=Text,
    device=Text,
    received_at=BigInteger,
    released_at=BigInteger,
)
patient_account = _table(
    "patient_account",
    patient_id=LargeBinary,
    identity=Text,
    password=Text,
    failures=Integer,
    locked_until=BigInteger,
    hide_recent=Integer,
)

provider = _table("provider", hsa_id=Text, name=Text, type=Text)
unit = _table("unit", hsa_id=Text, name=Text, provider=Text, type=Text, phone=Text, receives=Text)
person = _table("person", hsa_id=Text, name=Text, profession=Text, title=Text, protected=Integer)
assignment = _table(
    "assignment",
    hsa_id=Text,
    person=Text,
    unit=Text,
    rights=Text,
    since=BigInteger,
    until=BigInteger,
)
account = _table(
    "account",
    name=Text,
    person=Text,
    password=Text,
    failures=Integer,
    locked_until=BigInteger,
    active=Integer,
)
session = _table(
    "session",
    token=LargeBinary,
    kind=Text,
    person=Text,
    assignment=Text,
    patient_id=LargeBinary,
    device=Text,
    created_at=BigInteger,
    used_at=BigInteger,
    ended_at=BigInteger,
)
signing_key = _table(
    "signing_key",
    key_id=LargeBinary,
    person=Text,
    device=Text,
    public_key=LargeBinary,
    registered_at=BigInteger,
    revoked_at=BigInteger,
)
file_key = _table("file_key", device=Text, owner=Text, key=LargeBinary, given_at=BigInteger)
device = _table("device", device=Text, incarnation=BigInteger, program=Text, last_seen=BigInteger)
server = _table("server", id=Integer, epoch=Text, generation=BigInteger)
audit = _table("audit", seq=BigInteger, at=BigInteger, event=LargeBinary, hash=LargeBinary)
audit_head = _table("audit_head", id=Integer, seq=BigInteger, hash=LargeBinary)
audit_patient = _table("audit_patient", patient_id=LargeBinary, seq=BigInteger)
