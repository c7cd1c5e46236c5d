"""The tables, for queries. They are made by the migrations; a test holds the two together.

Every table of patient data has ``patient_id`` first: the key a region is sharded by.
Identifiers are 16 bytes, times milliseconds since 1970 UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Dialect, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


class Bytes(LargeBinary):
    """Bytes as they are: both drivers take and give them, and a wrapper costs 10 µs a value."""

    def bind_processor(self, dialect: Dialect) -> None:
        return None

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        return None


def _table(table: str, /, **columns: type[BigInteger | Integer | Bytes | Text]) -> Table:
    return Table(table, metadata, *(Column(key, kind) for key, kind in columns.items()))


patient = _table("patient", patient_id=Bytes, head_rev=BigInteger, head_hash=Bytes)
entry = _table(
    "entry",
    patient_id=Bytes,
    rev=BigInteger,
    op_id=Bytes,
    entity_id=Bytes,
    kind=Text,
    author=Text,
    at=BigInteger,
    skew=BigInteger,
    received_at=BigInteger,
    raw=Bytes,
    sig=Bytes,
    signer=Bytes,
    chain=Bytes,
)
entity_row = _table(
    "entity_row",
    patient_id=Bytes,
    entity_id=Bytes,
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
    patient_id=Bytes,
    family=Text,
    given=Text,
    birth_date=Text,
    sex=Text,
    identity=Text,
    identity_system=Text,
    protected=Integer,
    deceased=Integer,
)
patient_name = _table("patient_name", patient_id=Bytes, word=Text)
patient_number = _table("patient_number", patient_id=Bytes, number=Text)
membership = _table(
    "membership",
    patient_id=Bytes,
    unit=Text,
    since_rev=BigInteger,
    since_at=BigInteger,
    until_at=BigInteger,
    reason=Text,
)
outbox = _table("outbox", patient_id=Bytes, n=BigInteger, rev=BigInteger, unit=Text, what=Text)
unit_head = _table("unit_head", unit=Text, pos=BigInteger, digest=Bytes)
feed = _table("feed", unit=Text, pos=BigInteger, patient_id=Bytes, rev=BigInteger, what=Text)
quarantine = _table(
    "quarantine",
    patient_id=Bytes,
    hash=Bytes,
    op_id=Bytes,
    raw=Bytes,
    sig=Bytes,
    signer=Bytes,
    why=Text,
    place=Text,
    unit=Text,
    person=Text,
    device=Text,
    received_at=BigInteger,
    released_at=BigInteger,
)
blocked = _table("blocked", patient_id=Bytes, due=BigInteger)
withheld = _table("withheld", patient_id=Bytes, unit=Text, rev=BigInteger, since=BigInteger)
erased = _table("erased", patient_id=Bytes, op_id=Bytes, rev=BigInteger, hash=Bytes)
patient_account = _table(
    "patient_account",
    patient_id=Bytes,
    identity=Text,
    password=Text,
    failures=Integer,
    locked_until=BigInteger,
    hide_recent=Integer,
)

provider = _table("provider", hsa_id=Text, name=Text, type=Text)
unit = _table(
    "unit",
    hsa_id=Text,
    name=Text,
    provider=Text,
    type=Text,
    phone=Text,
    receives=Text,
    head=Text,
    reserve=Text,
)
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
    token=Bytes,
    kind=Text,
    person=Text,
    assignment=Text,
    patient_id=Bytes,
    device=Text,
    created_at=BigInteger,
    used_at=BigInteger,
    ended_at=BigInteger,
)
signing_key = _table(
    "signing_key",
    key_id=Bytes,
    person=Text,
    device=Text,
    public_key=Bytes,
    registered_at=BigInteger,
    revoked_at=BigInteger,
)
file_key = _table("file_key", device=Text, owner=Text, key=Bytes, given_at=BigInteger)
device = _table("device", device=Text, incarnation=BigInteger, program=Text, last_seen=BigInteger)
server = _table("server", id=Integer, epoch=Text, generation=BigInteger)
audit = _table("audit", seq=BigInteger, at=BigInteger, event=Bytes, hash=Bytes)
audit_head = _table("audit_head", id=Integer, seq=BigInteger, hash=Bytes)
audit_patient = _table("audit_patient", patient_id=Bytes, seq=BigInteger)
emergency = _table(
    "emergency",
    patient_id=Bytes,
    person=Text,
    assignment=Text,
    since_at=BigInteger,
    until_at=BigInteger,
)
audit_line = _table(
    "audit_line",
    seq=BigInteger,
    at=BigInteger,
    provider=Text,
    person=Text,
    unit=Text,
    activity=Text,
)
attachment = _table(
    "attachment",
    patient_id=Bytes,
    hash=Bytes,
    size=BigInteger,
    type=Text,
    whole=Integer,
    received_at=BigInteger,
    received_by=Text,
)
attachment_piece = _table("attachment_piece", patient_id=Bytes, hash=Bytes, n=Integer, data=Bytes)

content_package = _table(
    "content_package",
    digest=Text,
    name=Text,
    version=BigInteger,
    raw=Bytes,
    received_at=BigInteger,
    received_by=Text,
)
content_statement = _table(
    "content_statement",
    hash=Text,
    line=Bytes,
    withdraws=BigInteger,
    received_at=BigInteger,
    received_by=Text,
)
content_head = _table("content_head", id=Integer, revision=BigInteger)
norms = _table("norms", id=Integer, text=Text, after_patient=Bytes)
firing = _table(
    "firing",
    day=Text,
    rule=Text,
    version=Text,
    hook=Text,
    outcome=Text,
    reason=Text,
    count=BigInteger,
)
firing_report = _table("firing_report", device=Text, batch=Text, received_at=BigInteger)
waiting = _table(
    "waiting",
    patient_id=Bytes,
    entity_id=Bytes,
    unit=Text,
    reason=Text,
    person=Text,
    family=Text,
    type=Text,
    status=Text,
    title=Text,
    sender=Text,
    receiver=Text,
    urgency=Integer,
    since=BigInteger,
    due=BigInteger,
    deputy_at=BigInteger,
    head_at=BigInteger,
)
lab_order = _table(
    "lab_order",
    patient_id=Bytes,
    entity_id=Bytes,
    requisition=Text,
    receiver=Text,
    owner_unit=Text,
    under_way=Integer,
    changed=BigInteger,
)
lab_document = _table("lab_document", hash=Bytes, performer=Text, received_at=BigInteger, raw=Bytes)
lab_answer = _table(
    "lab_answer",
    hash=Bytes,
    n=Integer,
    unit=Text,
    performer=Text,
    why=Text,
    title=Text,
    numbers=Text,
    requisition=Text,
    about=Bytes,
    about_order=Bytes,
    received_at=BigInteger,
    settled_at=BigInteger,
    settled_by=Text,
    settled_how=Text,
)
stand_in = _table(
    "stand_in",
    person=Text,
    unit=Text,
    deputy=Text,
    since=BigInteger,
    until=BigInteger,
    absent=Integer,
)
opening = _table("opening", id=Bytes, received_at=BigInteger)
incident = _table(
    "incident",
    id=Bytes,
    person=Text,
    assignment=Text,
    unit=Text,
    provider=Text,
    written_at=BigInteger,
    received_at=BigInteger,
    harm=Text,
    screen=Text,
    program=Text,
    trace=Text,
    happened=Text,
    expected=Text,
)
