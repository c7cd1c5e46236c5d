"""Texts as people, programs and accidents make them; every run makes the same ones from a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

NEGATIONS = (
    "ingen blödning",
    "Ej feber. Inga tecken till DVT.",
    "utan anmärkning, icke allergisk, aldrig rökt",
    "INGEN känd överkänslighet",
    "ingen\u00a0blödning",
    "in\u00adgen blödning",
)
AWKWARD = (
    "",
    " ",
    "\n",
    "\r",
    "\t\x0b\x0c",
    "\0",
    "\ufeff",
    "\ufeffmed BOM först",
    "en\rlös\r\nvagnretur\n\r",
    "rad\u2028avdelare\u2029stycke\x85nästa",
    "  blanksteg före och efter  \n\n   indraget\toch tabb  ",
    "klocka\x07 backsteg\x08 esc\x1b[31m del\x7f nul\0 slut",
    "".join(map(chr, range(32))),
    "".join(map(chr, range(0x7F, 0xA1))),
    "e\u0301 a\u030a o\u0308 blandat med é å ö",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "👩‍⚕️👨🏿‍🦽🏳️‍🌈🇸🇪 👩‍👩‍👧‍👦",
    "שלום עולם och مرحبا بالعالم slut",
    "\u202eomvänt\u202c \u2066isolerat\u2069 \u200e\u200f",
    "\u200b\u200c\u200d\u2060\u180e osynligt",
    "漢字かなカナ한국어ไทยहिन्दीதமிழ்",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𠜎 \U0010ffff \ufdd0 \uffff \ue000",
    "ﬁ ß ẞ ı İ ſ K Å Ω Ǆ",
    "<script>alert('x')</script><img src=x onerror=alert(1)>&amp; &#x3C; \"'`",
    "{{ 7 * 7 }} {% raw %} ${x} %s {name} {0} <!-- --> ]]> </div></main>",
    "'; DROP TABLE entry; -- \\' \\\" \\\\ \\u0041 \\ud800 \\x00",
    "data: x\n\nevent: y\nid: 1",
    '{"id":"00000000-0000-0000-0000-000000000000","patient":"x"}',
    '"id":"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"',
    "null",
    "-0.00E+5",
    "0" * 400,
    'NEAR(* "^ OR AND NOT col:x',
)
LONG = (
    "ingen blödning åäö\r\n👩‍⚕️ " * 4_000,
    "x" * 1_000_000,
    "漢" * 120_000,
    "\u0301" * 60_000,
    "rad\n" * 40_000,
)
_WORDS = ("ingen", "ej", "utan", "blödning", "feber", "smärta", "dx", "sin", "1+0+1", "µg", "≥38,5")
_SCRIPTS = ((0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF))
_ASTRAL = ((0x1F300, 0x1FAFF), (0x10000, 0x10FFFF), (0xE0000, 0xE007F))
_UNSEEN = "\0\a\b\t\n\v\f\r\x1b\x7f\x85\u061c\u200b\u200d\u200e\u200f\u202a\u202e\u2028\u2029\ufeff"


def texts(seed: int) -> Iterator[str]:
    """Yield texts for ever: the awkward ones first, then made ones. None has half a surrogate pair."""
    yield from NEGATIONS
    yield from AWKWARD
    chance = Random(seed)
    while True:
        yield chance.choice(_SHAPES)(chance)


def _sentence(chance: Random) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(chance.randint(1, 12)))


def _script(chance: Random) -> str:
    low, high = chance.choice(_SCRIPTS)
    return "".join(chr(chance.randint(low, high)) for _ in range(chance.randint(0, 40)))


def _anything(chance: Random) -> str:
    return "".join(_any_sign(chance) for _ in range(chance.randint(1, 24)))


def _any_sign(chance: Random) -> str:
    point = chance.randrange(0x110000 - 0x800)
    return chr(point if point < 0xD800 else point + 0x800)


def _astral(chance: Random) -> str:
    low, high = chance.choice(_ASTRAL)
    return "".join(chr(chance.randint(low, high)) for _ in range(chance.randint(1, 12)))


def _unseen(chance: Random) -> str:
    signs = _UNSEEN + "abåä <&\"'\\"
    return "".join(chance.choice(signs) for _ in range(chance.randint(1, 20)))


def _spliced(chance: Random) -> str:
    parts = [chance.choice(_SIMPLE)(chance) for _ in range(3)]
    return chance.choice(("", " ", "\n", "\r")).join([*parts, chance.choice(NEGATIONS)])


_SIMPLE: tuple[Callable[[Random], str], ...] = (_sentence, _script, _anything, _astral, _unseen)
_SHAPES = (*_SIMPLE, _spliced)
