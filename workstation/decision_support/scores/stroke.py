"""CHA2DS2-VASc: stroke risk in atrial fibrillation."""

from __future__ import annotations

from typing import Literal


def cha2ds2_vasc(
    *,
    age_years: int,
    sex: Literal["M", "F"],
    heart_failure: bool,
    hypertension: bool,
    diabetes: bool,
    stroke_or_embolism: bool,
    vascular_disease: bool,
) -> int:
    """Return 0 to 9 points.

    Source: Lip GYH, et al. Chest 2010;137:263-72.
    """
    age = 2 if age_years >= 75 else 1 if age_years >= 65 else 0
    ones = (heart_failure, hypertension, diabetes, vascular_disease, sex == "F")
    return age + 2 * stroke_or_embolism + sum(ones)
