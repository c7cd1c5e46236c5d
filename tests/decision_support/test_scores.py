"""The scores against values worked out by hand from the papers."""

from __future__ import annotations

import pytest

from workstation.decision_support.scores import infection, kidney, score2, stroke
from workstation.decision_support.truth import Truth, all_of, any_of


def test_lund_malmo_uses_the_true_e() -> None:
    """X = 2.56 + 0.00968 * 110 = 3.6248; exp(3.6248 - 0.632 + 1.61573) = exp(4.60853)."""
    value = kidney.lm_revised(age_years=40, sex="M", creatinine_umol_l=70)
    assert value == pytest.approx(100.34, abs=0.02)


def test_lund_malmo_is_continuous_where_its_two_branches_meet() -> None:
    below = kidney.lm_revised(age_years=60, sex="F", creatinine_umol_l=149.999)
    above = kidney.lm_revised(age_years=60, sex="F", creatinine_umol_l=150)
    assert below == pytest.approx(above, rel=1e-4)


def test_capa_at_one_milligram_and_age_fifty() -> None:
    """130 * 50 ** -0.117 - 7, with ln 50 = 3.91202: 130 * exp(-0.457707) - 7."""
    assert kidney.capa(age_years=50, cystatin_c_mg_l=1.0) == pytest.approx(75.25, abs=0.05)


def test_ckd_epi_at_its_knot_is_its_constant_and_age_alone() -> None:
    value = kidney.ckd_epi_2021(age_years=50, sex="M", creatinine_umol_l=0.9 * 88.4)
    assert value == pytest.approx(142 * 0.9938**50, rel=1e-9)


def test_cockcroft_and_gault() -> None:
    """(140 - 80) * 72 / (72 * 1) = 60 in a man, 51 in a woman."""
    man = kidney.cockcroft_gault(age_years=80, sex="M", weight_kg=72, creatinine_umol_l=88.4)
    woman = kidney.cockcroft_gault(age_years=80, sex="F", weight_kg=72, creatinine_umol_l=88.4)
    assert man == pytest.approx(60)
    assert woman == pytest.approx(51)


def test_absolute_gfr_in_a_large_body() -> None:
    """Läkartidningen 2010: 100 kg and 195 cm is about 2.3 m², a deviation of about a third."""
    assert kidney.absolute_from_relative(60, weight_kg=100, height_cm=195) == pytest.approx(
        80.4, abs=0.8
    )


def test_score2_gives_the_papers_examples() -> None:
    """A smoker of 50, 140 mmHg, cholesterol 5.5, HDL 1.3: 5.9 % to 14.0 %, women 4.2 % to 13.7 %."""

    def risk(sex: score2.Sex, region: score2.Region) -> float:
        return score2.score2(
            age_years=50,
            sex=sex,
            smoker=True,
            systolic_mmhg=140,
            cholesterol_mmol_l=5.5,
            hdl_mmol_l=1.3,
            region=region,
        )

    found = [round(risk(s, r), 1) for s in ("M", "F") for r in ("low", "very_high")]
    assert found == [5.9, 14.0, 4.2, 13.7]


def test_cha2ds2_vasc_of_everything_is_nine() -> None:
    everything = stroke.cha2ds2_vasc(
        age_years=75,
        sex="F",
        heart_failure=True,
        hypertension=True,
        diabetes=True,
        stroke_or_embolism=True,
        vascular_disease=True,
    )
    assert everything == 9


def test_bedside_scores_count_their_borders() -> None:
    assert infection.qsofa(respiration_per_min=22, systolic_mmhg=100, altered_mentation=False) == 2
    assert (
        infection.crb_65(
            confusion=False,
            respiration_per_min=30,
            systolic_mmhg=90,
            diastolic_mmhg=60,
            age_years=65,
        )
        == 3
    )
    assert (
        infection.centor(
            fever_above_38_5=True, tender_nodes=True, tonsillar_coating=False, no_cough=True
        )
        == 3
    )


@pytest.mark.parametrize(
    ("age", "sex", "creatinine", "expected"),
    [
        (60, "F", 200, 21.73),  # 2.50 - 0.926 ln(200/150) - 0.948 + 1.79332 = 3.07893
        (70, "M", 250, 20.30),  # 2.56 - 0.926 ln(250/180) - 1.106 + 1.86084 = 3.01065
        (30, "F", 60, 99.96),  # 2.50 + 0.0121 * 90 - 0.474 + 1.48972 = 4.60472
    ],
)
def test_lund_malmo_in_both_sexes_and_branches(
    age: float, sex: kidney.Sex, creatinine: float, expected: float
) -> None:
    value = kidney.lm_revised(age_years=age, sex=sex, creatinine_umol_l=creatinine)
    assert value == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("age", "sex", "mg_dl", "expected"),
    [
        (50, "M", 1.2, 73.67),  # 142 * (1.2/0.9)**-1.2 * 0.9938**50
        (60, "F", 0.6, 102.69),  # 142 * (0.6/0.7)**-0.241 * 0.9938**60 * 1.012
    ],
)
def test_ckd_epi_on_each_side_of_its_knot(
    age: float, sex: kidney.Sex, mg_dl: float, expected: float
) -> None:
    value = kidney.ckd_epi_2021(age_years=age, sex=sex, creatinine_umol_l=mg_dl * 88.4)
    assert value == pytest.approx(expected, abs=0.02)


def test_cockcroft_and_gault_in_micromoles_is_the_familiar_1_23_and_1_04() -> None:
    man = kidney.cockcroft_gault(age_years=70, sex="M", weight_kg=80, creatinine_umol_l=100)
    woman = kidney.cockcroft_gault(age_years=70, sex="F", weight_kg=60, creatinine_umol_l=100)
    assert man == pytest.approx(1.23 * 70 * 80 / 100, rel=2e-3)
    assert woman == pytest.approx(1.04 * 70 * 60 / 100, rel=5e-3)


@pytest.mark.parametrize(("age", "points"), [(64, 0), (65, 1), (74, 1), (75, 2)])
def test_cha2ds2_vasc_counts_age_at_its_borders(age: int, points: int) -> None:
    found = stroke.cha2ds2_vasc(
        age_years=age,
        sex="M",
        heart_failure=False,
        hypertension=False,
        diabetes=False,
        stroke_or_embolism=False,
        vascular_disease=False,
    )
    assert found == points


def test_pressure_counts_below_ninety_or_at_sixty_and_less() -> None:
    def points(systolic: int, diastolic: int) -> int:
        return infection.crb_65(
            confusion=False,
            respiration_per_min=29,
            systolic_mmhg=systolic,
            diastolic_mmhg=diastolic,
            age_years=64,
        )

    assert [points(89, 61), points(90, 61), points(90, 60)] == [1, 0, 1]


def test_unknown_is_neither_true_nor_false() -> None:
    assert all_of([Truth.TRUE, Truth.UNKNOWN]) is Truth.UNKNOWN
    assert all_of([Truth.FALSE, Truth.UNKNOWN]) is Truth.FALSE
    assert any_of([Truth.TRUE, Truth.UNKNOWN]) is Truth.TRUE
    assert ~Truth.UNKNOWN is Truth.UNKNOWN
    with pytest.raises(TypeError):
        bool(Truth.UNKNOWN)
