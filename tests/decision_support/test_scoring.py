"""Rules that compare scores: counted from what is known, and never decided by what is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from workstation.content import shipped
from workstation.content.cases import facts_from
from workstation.content.library import library_of
from workstation.decision_support.conditions import condition
from workstation.decision_support.kidney import estimate
from workstation.decision_support.scores import kidney, score2
from workstation.decision_support.scoring import SCORES
from workstation.decision_support.situation import ContentError, Situation
from workstation.decision_support.truth import Truth
from workstation.decision_support.view import View

TODAY = date(2026, 3, 2)
LIBRARY = library_of(shipped.content())
UNITS = {
    "Andningsfrekvens": "/min",
    "SpO2": "%",
    "Puls": "/min",
    "Systoliskt blodtryck": "mm[Hg]",
    "Diastoliskt blodtryck": "mmHg",
    "Kroppstemperatur": "Cel",
    "P-Kolesterol": "mmol/L",
    "P-HDL-kolesterol": "mmol/L",
    "NEWS2": "{score}",
}


def view(
    *,
    measured: dict[str, Any] | None = None,
    signs: dict[str, bool] | None = None,
    dx: tuple[str, ...] = (),
    on: str = "2026-03-02",
    **patient: Any,
) -> View:
    labs = [
        {"code": code, "value": value, "unit": UNITS[code], "date": on}
        for code, value in (measured or {}).items()
    ]
    told = [{"code": code, "present": there} for code, there in (signs or {}).items()]
    case = {
        "patient": patient,
        "labs": labs,
        "signs": told,
        "diagnoses": [{"icd10": code} for code in dx],
    }
    return View(facts_from(case, as_of=TODAY, name="-"), LIBRARY)


def points(name: str, **facts: Any) -> Any:
    found = SCORES[name](view(**facts))
    return found.least, found.most


def asked(name: str, limit: Any, **facts: Any) -> Truth:
    check = condition({"score": {"name": name, "is": limit}}, LIBRARY)
    return check(Situation(view=view(**facts))).truth


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        (0, {"age": 64, "sex": "M"}),
        (1, {"age": 64, "sex": "F"}),
        (2, {"age": 65, "sex": "F"}),
        (4, {"age": 75, "sex": "F", "dx": ("I10.9",)}),
        (3, {"age": 50, "sex": "M", "dx": ("I63.9", "E11.9")}),
        (2, {"age": 50, "sex": "M", "dx": ("I50.9", "I25.2")}),
        (1, {"age": 50, "sex": "M", "dx": ("I10.9", "I15.0")}),
        (2, {"age": 50, "sex": "M", "dx": ("G45.9",)}),
        (0, {"age": 50, "sex": "M", "dx": ("G45.4",)}),
        (9, {"age": 80, "sex": "F", "dx": ("I50.0", "I10.9", "E10.9", "I64.9", "I70.2")}),
    ],
)
def test_cha2ds2_vasc_counts_each_item_once(expected: int, facts: dict[str, Any]) -> None:
    assert points("cha2ds2_vasc", **facts) == (expected, expected)


def test_an_unknown_age_leaves_two_points_open() -> None:
    assert points("cha2ds2_vasc", sex="F", dx=("I10.9",)) == (2, 4)
    assert asked("cha2ds2_vasc", ">=2", sex="F", dx=("I10.9",)) is Truth.TRUE
    assert asked("cha2ds2_vasc", ">=3", sex="F", dx=("I10.9",)) is Truth.UNKNOWN
    assert asked("cha2ds2_vasc", ">=5", sex="F", dx=("I10.9",)) is Truth.FALSE


def test_what_is_missing_is_named() -> None:
    check = condition({"score": {"name": "qsofa", "is": ">=2"}}, LIBRARY)
    answer = check(Situation(view=view(measured={"Andningsfrekvens": 24}, age=70)))
    assert answer.truth is Truth.UNKNOWN
    assert answer.missing == ("Systoliskt blodtryck", "confusion")
    assert [used.code for used in answer.used] == ["Andningsfrekvens"]


@pytest.mark.parametrize(
    ("name", "limit", "parts"),
    [
        (
            "qsofa",
            ">=2",
            (
                ("Andningsfrekvens", (21, 22)),
                ("Systoliskt blodtryck", (101, 100)),
                ("confusion", ()),
            ),
        ),
        (
            "crb_65",
            ">=3",
            (
                ("Andningsfrekvens", (29, 30)),
                ("Systoliskt blodtryck", (90, 89)),
                ("Diastoliskt blodtryck", (61, 60)),
                ("confusion", ()),
            ),
        ),
        (
            "centor",
            "<=2",
            (
                ("Kroppstemperatur", (38.4, 38.5)),
                ("tender_nodes", ()),
                ("tonsillar_coating", ()),
                ("no_cough", ()),
            ),
        ),
    ],
)
def test_an_answer_given_on_half_the_facts_is_the_one_given_on_all(
    name: str, limit: str, parts: tuple[tuple[str, tuple[float, ...]], ...]
) -> None:
    """Every way to know some of it, and every way it may turn out."""

    def facts(picked: tuple[int | None, ...]) -> dict[str, Any]:
        measured: dict[str, Any] = {}
        signs: dict[str, bool] = {}
        for (code, values), which in zip(parts, picked, strict=True):
            if which is not None and values:
                measured[code] = values[which]
            elif which is not None:
                signs[code] = bool(which)
        return {"measured": measured, "signs": signs, "age": 70, "sex": "F"}

    whole = {p: asked(name, limit, **facts(p)) for p in product((0, 1), repeat=len(parts))}
    assert Truth.UNKNOWN not in whole.values()
    for some in product((None, 0, 1), repeat=len(parts)):
        fitting = {
            answer
            for picked, answer in whole.items()
            if all(known is None or known == one for known, one in zip(some, picked, strict=True))
        }
        expected = fitting.pop() if len(fitting) == 1 else Truth.UNKNOWN
        assert asked(name, limit, **facts(some)) is expected, some


def test_yesterdays_values_count_and_those_before_do_not() -> None:
    measured = {"Andningsfrekvens": 30, "Systoliskt blodtryck": 80}
    assert asked("qsofa", ">=2", measured=measured, on="2026-03-01") is Truth.TRUE
    assert asked("qsofa", ">=2", measured=measured, on="2026-02-28") is Truth.UNKNOWN


def test_news2_by_its_parts_and_as_it_was_scored() -> None:
    calm = {
        "Andningsfrekvens": 16,
        "SpO2": 97,
        "Puls": 75,
        "Systoliskt blodtryck": 130,
        "Kroppstemperatur": 37,
    }
    alert = {"confusion": False, "oxygen": False}
    assert points("news2", measured=calm, signs=alert, age=50) == (0, 0)
    assert points("news2", measured=calm, age=50) == (0, 5)
    ill = calm | {"Andningsfrekvens": 25, "SpO2": 91, "Puls": 111}
    assert points("news2", measured=ill, signs=alert, age=50) == (8, 8)
    assert points("news2", measured=ill | {"NEWS2": 3}, age=50) == (3, 3)
    assert points("news2", measured=calm, signs=alert, age=15) == (None, None)
    assert asked("news2", ">=0", measured=calm, signs=alert, age=15) is Truth.FALSE


@pytest.mark.parametrize(
    ("spo2", "oxygen", "expected"),
    [(93, False, 0), (93, True, 3), (88, False, 0), (87, False, 1), (97, True, 5), (97, False, 0)],
)
def test_scale_2_is_used_where_somebody_decided_on_it(
    spo2: int, *, oxygen: bool, expected: int
) -> None:
    measured = {
        "Andningsfrekvens": 16,
        "SpO2": spo2,
        "Puls": 75,
        "Systoliskt blodtryck": 130,
        "Kroppstemperatur": 37,
    }
    signs = {"confusion": False, "oxygen": oxygen, "hypercapnia": True}
    assert points("news2", measured=measured, signs=signs, age=70) == (expected, expected)


def test_crb_65_needs_one_of_its_two_pressures_only_where_that_one_is_low() -> None:
    low = {"Andningsfrekvens": 16, "Diastoliskt blodtryck": 55}
    assert points("crb_65", measured=low, signs={"confusion": False}, age=50) == (1, 1)
    normal = {"Andningsfrekvens": 16, "Diastoliskt blodtryck": 75}
    assert points("crb_65", measured=normal, signs={"confusion": False}, age=50) == (0, 1)


def test_score2_and_the_one_for_older_people_by_hand() -> None:
    """Men of 50 who smoke, 140 mmHg, 5.5 and 1.3 mmol/L: linear predictor 0.2315, 1 - 0.9605 ** 1.2605,
    recalibrated by -0.1565 + 0.8009 * -2.9799. Women 0.3582. At 75: 160 mmHg, 5.5 and 1.2: 0.4387.
    """
    values: dict[str, Any] = {"systolic_mmhg": 140, "cholesterol_mmol_l": 5.5, "hdl_mmol_l": 1.3}
    man = score2.score2(age_years=50, sex="M", smoker=True, **values)
    woman = score2.score2(age_years=50, sex="F", smoker=True, **values)
    assert man == pytest.approx(7.56, abs=0.01)
    assert woman == pytest.approx(5.07, abs=0.01)
    older = score2.score2_op(
        age_years=75,
        sex="M",
        smoker=True,
        diabetes=False,
        systolic_mmhg=160,
        cholesterol_mmol_l=5.5,
        hdl_mmol_l=1.2,
    )
    assert older == pytest.approx(29.69, abs=0.02)


@pytest.mark.parametrize("age", [69, 90])
def test_the_one_for_older_people_is_for_them_alone(age: int) -> None:
    with pytest.raises(ValueError, match="70 to 89"):
        score2.score2_op(
            age_years=age,
            sex="F",
            smoker=False,
            diabetes=False,
            systolic_mmhg=140,
            cholesterol_mmol_l=5,
            hdl_mmol_l=1.4,
        )


def test_score2_is_not_for_who_has_the_disease_and_open_while_nobody_asked_about_smoking() -> None:
    measured = {"Systoliskt blodtryck": 140, "P-Kolesterol": 5.5, "P-HDL-kolesterol": 1.3}
    person: dict[str, Any] = {"age": 50, "sex": "M"}
    assert points("score2", measured=measured, signs={"smoker": True}, **person) == (
        Decimal("7.6"),
        Decimal("7.6"),
    )
    least, most = points("score2", measured=measured, **person)
    assert least is not None
    assert most is not None
    assert least < 5 < most
    assert asked("score2", "<5", measured=measured, **person) is Truth.UNKNOWN
    assert asked("score2", "<10", measured=measured, **person) is Truth.TRUE
    assert points("score2", measured=measured, dx=("I25.9",), **person) == (None, None)
    assert points("score2", measured=measured, dx=("E11.9",), **person) == (None, None)
    assert points("score2", measured=measured, age=39, sex="M") == (None, None)


def test_a_score_nobody_knows_is_refused() -> None:
    for spec in ({"score": {"name": "apache", "is": ">1"}}, {"score": {"name": "qsofa"}}):
        with pytest.raises(ContentError):
            condition(spec, LIBRARY)


def test_a_body_of_seventy_kilograms_and_170_centimetres_has_1_81_square_metres() -> None:
    """0.007184 * 70 ** 0.425 * 170 ** 0.725 = 0.007184 * 6.0837 * 41.407."""
    assert kidney.body_surface_m2(weight_kg=70, height_cm=170) == pytest.approx(1.8097, abs=0.0005)
    absolute = kidney.absolute_from_relative(60, weight_kg=50, height_cm=155)
    assert absolute == pytest.approx(60 * 1.4672 / 1.73, abs=0.1)


@pytest.mark.parametrize(("sex", "knee"), [("F", 150), ("M", 180)])
def test_lund_malmo_meets_itself_at_each_knee(sex: kidney.Sex, knee: float) -> None:
    """At the knee X is 2.50 or 2.56: exp(X - 0.0158 * 50 + 0.438 * ln 50)."""
    at = kidney.lm_revised(age_years=50, sex=sex, creatinine_umol_l=knee)
    below = kidney.lm_revised(age_years=50, sex=sex, creatinine_umol_l=knee - 0.001)
    assert at == pytest.approx({"F": 30.66, "M": 32.56}[sex], abs=0.02)
    assert below == pytest.approx(at, rel=1e-4)


def test_the_mean_of_creatinine_and_cystatin_is_what_dosing_rests_on() -> None:
    """LM-rev 100.34 and CAPA 130 * 1.2 ** -1.069 * 40 ** -0.117 - 7 = 62.48: 81.41 between them."""
    creatinine = kidney.lm_revised(age_years=40, sex="M", creatinine_umol_l=70)
    cystatin = kidney.capa(age_years=40, cystatin_c_mg_l=1.2)
    assert cystatin == pytest.approx(62.5, abs=0.2)
    assert kidney.mean_of(creatinine, cystatin) == pytest.approx(81.4, abs=0.2)


def gfr(*labs: tuple[str, float, str], sex: str | None = "M", unit: str = "") -> float | None:
    """Return the relative GFR of a man of 60 who weighs 70 kg, from (code, value, day) of results."""
    units = {"P-Kreatinin": "umol/L", "P-Cystatin C": "mg/L"}
    case = {
        "patient": {"age": 60, "weight_kg": 70, "height_cm": 170} | ({"sex": sex} if sex else {}),
        "labs": [
            {"code": code, "value": value, "unit": unit or units.get(code, "mL/min"), "date": day}
            for code, value, day in labs
        ],
    }
    facts = View(facts_from(case, as_of=TODAY, name="-"), LIBRARY)
    found = estimate(facts, "relative", within_days=365).value
    return None if found is None else round(float(found), 1)


FAILING = ("P-Kreatinin", 500, "2026-03-01")


def test_an_old_normal_cystatin_does_not_hide_that_kidneys_have_failed() -> None:
    """LM-rev at 60 years: exp(2.56 - 0.926 ln(500/180) - 0.948 + 1.7933) = 11.7; CAPA(0.8) = 95."""
    assert gfr(FAILING) == 11.7
    assert gfr(FAILING, ("P-Cystatin C", 0.8, "2026-01-10")) == 11.7
    assert gfr(("P-Kreatinin", 70, "2026-01-10"), ("P-Cystatin C", 4.0, "2026-03-01")) == 11.3
    assert gfr(FAILING, ("P-Cystatin C", 4.0, "2026-02-27")) == 11.5, "of about the same time"


def test_an_old_measured_gfr_does_not_hide_it_either() -> None:
    assert gfr(FAILING, ("eGFR-absolut", 95, "2026-01-10")) == 11.7
    assert gfr(FAILING, ("eGFR", 90, "2026-02-20")) == 11.7


def test_cystatin_needs_no_sex_and_no_creatinine() -> None:
    assert gfr(("P-Cystatin C", 4.0, "2026-03-01"), sex=None) == 11.3
    assert gfr(FAILING, sex=None) is None


def test_no_amount_is_no_kidney_function() -> None:
    assert gfr(("P-Kreatinin", 0, "2026-03-01")) is None
    assert gfr(("P-Cystatin C", 0, "2026-03-01")) is None


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(500, "µmol/L", 11.7), (5.656, "mg/dL", 11.7), (0.5, "mmol/L", 11.7), (500, "%", None)],
)
def test_creatinine_in_another_unit_is_converted_or_nothing(
    value: float, unit: str, expected: float | None
) -> None:
    assert gfr(("P-Kreatinin", value, "2026-03-01"), unit=unit) == expected


def test_capa_never_goes_below_zero() -> None:
    """130 * 20 ** -1.069 * 90 ** -0.117 - 7 is -3.9."""
    assert kidney.capa(age_years=90, cystatin_c_mg_l=20) == 0
