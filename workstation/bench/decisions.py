"""Decision support: an order, a chart, a package loaded, and a cost that does not grow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workstation.bench import Measured, at_most
from workstation.bench.timing import percentile, timed
from workstation.content import packages, shipped
from workstation.content.cases import facts_from
from workstation.content.library import engine_of
from workstation.content.source import Content, SetRow
from workstation.decision_support.engine import Engine
from workstation.decision_support.facts import Facts

_KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
_AS_OF = date(2026, 3, 2)
_SMALL, _LARGE = 1_000, 20_000
_ORDER_MS, _CHART_MS, _LOAD_MS = 10, 50, 200
_FLAT = 1.5
"""How much dearer an order may be with twenty times the rows."""


def run() -> Iterator[Measured]:
    """Measure orders, charts and loading with the shipped package and with 20,000 rows."""
    patients = [_patient(seed) for seed in range(20)]
    order, chart = _orders(shipped.engine(), patients), _charts(shipped.engine(), patients)
    yield at_most("decisions", "order check, 14 drugs, p99", order, "ms", _ORDER_MS)
    yield at_most("decisions", "opening a chart, p99", chart, "ms", _CHART_MS)
    medians = {}
    for rows in (_SMALL, _LARGE):
        content = grown(shipped.content(), rows)
        raw = packages.signed(packages.build(content), _KEY)
        loaded = timed(lambda raw=raw: _loaded(raw), times=7)  # type: ignore[misc]
        what = f"loading and switching {rows:,} rows"
        yield at_most("decisions", what, percentile(loaded, 0.5), "ms", _LOAD_MS)
        engine = _loaded(raw)
        medians[rows] = _median(engine, patients)
        large = _orders(engine, patients)
        yield at_most("decisions", f"order check with {rows:,} rows, p99", large, "ms", _ORDER_MS)
    ratio = medians[_LARGE] / medians[_SMALL]
    yield at_most("decisions", "order, 20,000 rows to 1,000, median", ratio, "×", _FLAT)


def grown(content: Content, rows: int) -> Content:
    """Return the content with more pair rows, about two drugs of the catalogue each."""
    rng = random.Random(rows)  # noqa: S311  a bench, not a secret
    codes = [product.atc for product in content.catalogue]
    sets, rules = dict(content.sets), list(content.rules)
    pairs = [rule for rule in content.rules if rule.with_]
    # The rows that are added are about drugs that the measured patients do not have: what a
    # patient's own drugs hit is the same in both packages, and only the tables grow.
    strange = [
        f"X{n:02}{a}{b}{m:02}" for n in range(1, 9) for a in "AB" for b in "AB" for m in (1, 2)
    ]
    while len(rules) < rows:
        number = len(rules)
        first, second = rng.choice(codes), rng.choice(strange)
        for code in (first, second):
            sets.setdefault(f"code_{code}", SetRow(atc=[code]))
        rules.append(
            msgspec.structs.replace(
                pairs[number % len(pairs)],
                id=f"grown.{number}",
                drug=f"code_{first}",
                with_=f"code_{second}",
            )
        )
    return msgspec.structs.replace(content, sets=sets, rules=tuple(rules))


def _loaded(raw: bytes) -> Engine:
    return engine_of(packages.opened(raw, trusted=[_KEY.public_key()]))


def _orders(engine: Engine, patients: list[Facts]) -> float:
    return percentile(
        [ms for facts in patients for ms in timed(lambda f=facts: engine.evaluate(f), times=20)],  # type: ignore[misc]
        0.99,
    )


def _median(engine: Engine, patients: list[Facts]) -> float:
    return percentile(
        [ms for facts in patients for ms in timed(lambda f=facts: engine.evaluate(f), times=20)],  # type: ignore[misc]
        0.5,
    )


def _charts(engine: Engine, patients: list[Facts]) -> float:
    opened = [msgspec.structs.replace(one, hook="patient-view", new_order=None) for one in patients]
    return _orders(engine, opened)


def _patient(seed: int) -> Facts:
    """Return somebody with 14 drugs, 60 results and 12 diagnoses, and an order being written."""
    rng = random.Random(seed)  # noqa: S311  a bench, not a secret
    content = shipped.content()
    products = rng.sample([one for one in content.catalogue if one.route == "oral"], 15)
    codes = [code for rule in content.rules for code in rule.when.get("dx", [])]
    analytes = [row for row in content.laboratory if row.unit]
    case: dict[str, Any] = {
        "patient": {"age": 60 + seed, "sex": "FM"[seed % 2], "weight_kg": 72, "height_cm": 170},
        "diagnoses": [{"icd10": code} for code in rng.sample(sorted(set(codes)), 12)],
        "medications": [{"atc": one.atc, "route": "oral"} for one in products[:14]],
        "allergies": [{"substance_atc": "J01CE02", "reaction": "utslag", "severity": "mild"}],
        "labs": [
            {
                "code": row.code,
                "value": rng.randint(1, 200),
                "unit": row.unit,
                "date": (_AS_OF - timedelta(days=rng.randint(0, 400))).isoformat(),
            }
            for row in rng.choices(analytes, k=60)
        ],
        "new_order": {"atc": products[14].atc, "route": "oral"},
    }
    return facts_from(case, as_of=_AS_OF, name=f"patient {seed}")
