"""What must not be found anywhere: unusual words that stand for what a record says.

Each is long and odd enough that no chance, no library and no other text brings it.
"""

from __future__ import annotations

import unicodedata
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

FAMILY = "Åkerqvistzén"
GIVEN = "Ödaxelina"
NUMBER = "197409173585"
HYPHENED = "19740917-3585"
OTHER_NUMBER = "198803127482"
NOTE = "pärlemorknölen"
DRAFT = "skymningsgnägget"
PHONE = "031-7429581"
DRUG = "zyxömapranil"
REFERRAL = "kvällsnystvärket"
COMMENT = "ögonvränsflimret"
SEARCH = "vattenpölsrädd"
STAFF = "Lövgrensdotter-Zwo"
PASSWORD = "Blåklintströskel-93"
WRONG_PASSWORD = "Nattvaktsgåta-417"
FOLDER = "skåpnyckelmappen"
FILE = "kuvertblåremiss.pdf"
FHIR_FILE = "journalutdragsörla"
IMPORTED = "Gräshoppsbergius"

NEEDLES: Mapping[str, str] = {
    "family name": FAMILY,
    "given name": GIVEN,
    "personnummer": NUMBER,
    "personnummer with hyphen": HYPHENED,
    "personnummer, ten digits": HYPHENED[2:],
    "another personnummer": OTHER_NUMBER,
    "note": NOTE,
    "draft": DRAFT,
    "phone": PHONE,
    "drug": DRUG,
    "referral": REFERRAL,
    "comment": COMMENT,
    "search words": SEARCH,
    "name of staff": STAFF,
    "password": PASSWORD,
    "wrong password": WRONG_PASSWORD,
    "folder name": FOLDER,
    "file name": FILE,
    "name of an imported file": FHIR_FILE,
    "imported name": IMPORTED,
}

Form = tuple[str, bytes]
"""How it is written, and the bytes it is then."""


def forms_of(needle: str) -> Iterator[Form]:
    """Yield every way a needle may be written, in the letters it has and as indexes fold them."""
    for spelled in {needle, needle.lower(), needle.upper(), _plain(needle), needle.title()}:
        yield from _encoded(spelled)
        yield from _escaped(spelled)
        for aligned in range(3):
            yield "base64", _stable_base64(spelled.encode(), aligned, b64encode)
            yield "base64", _stable_base64(spelled.encode(), aligned, urlsafe_b64encode)


def _encoded(text: str) -> Iterator[Form]:
    decomposed = unicodedata.normalize("NFD", text)
    for name in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "latin-1"):
        yield name, text.encode(name)
    yield "decomposed", decomposed.encode()
    yield "hexadecimal", text.encode().hex().encode()
    yield "hexadecimal", text.encode().hex().upper().encode()


def _escaped(text: str) -> Iterator[Form]:
    for way in (quote, quote_plus):
        percent = way(text, safe="")
        yield "URL", percent.encode()
        yield "URL", percent.lower().encode()
    json = "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in text)
    yield "JSON", json.encode()
    yield "JSON", json.upper().replace("\\U", "\\u").encode()
    yield "JSON", json.lower().encode()
    yield "settings", "".join(c if c.isascii() else f"\\x{ord(c):x}" for c in text).encode()
    yield "repr", repr(text.encode())[2:-1].encode()
    yield "octal", "".join(_octal(byte) for byte in text.encode()).encode()
    yield "HTML", "".join(c if c.isascii() else f"&#{ord(c)};" for c in text).encode()
    yield "HTML", "".join(c if c.isascii() else f"&#x{ord(c):x};" for c in text).encode()


def _octal(byte: int) -> str:
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


def _plain(text: str) -> str:
    """Return the text as a search index folds it: small letters, no dots or rings."""
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _stable_base64(raw: bytes, before: int, encode: object) -> bytes:
    """Return the part of the base64 that is the same whatever stands around, at one alignment."""
    assert callable(encode)
    whole: bytes = encode(bytes(before) + raw)
    first = -(-before * 8 // 6)
    last = (before + len(raw)) * 8 // 6
    return whole[first:last]
