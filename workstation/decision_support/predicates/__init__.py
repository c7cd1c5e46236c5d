"""The closed set of predicates that published rules may use. A new need is a new file here."""

from __future__ import annotations

from collections.abc import Mapping

from workstation.decision_support.predicates import diagnosis, laboratory, medication, order, person
from workstation.decision_support.situation import Builder

PREDICATES: Mapping[str, Builder] = {
    **person.PREDICATES,
    **diagnosis.PREDICATES,
    **medication.PREDICATES,
    **order.PREDICATES,
    **laboratory.PREDICATES,
}
