"""The closed set of predicates that published rules may use. A new need is a new file here."""

from __future__ import annotations

from collections.abc import Mapping

from workstation.decision_support.predicates import (
    allergy,
    diagnosis,
    laboratory,
    medication,
    order,
    person,
    score,
)
from workstation.decision_support.situation import Builder

PREDICATES: Mapping[str, Builder] = {
    **person.PREDICATES,
    **diagnosis.PREDICATES,
    **allergy.PREDICATES,
    **medication.PREDICATES,
    **order.PREDICATES,
    **laboratory.PREDICATES,
    **score.PREDICATES,
}
