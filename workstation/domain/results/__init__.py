"""Results on their way in: units that convert, limits that flag, and to which order they belong."""

from workstation.domain.results.limits import (
    ANALYSES,
    Analyses,
    Analysis,
    analysis_of,
    converts,
    flagged,
)
from workstation.domain.results.matching import (
    ANSWER_OF,
    LARGEST_TEXT,
    Delivery,
    Unmatched,
    Value,
    answer_text,
    is_older,
    obstacle,
)
from workstation.domain.results.units import factor, in_unit, normal

__all__ = [
    "ANALYSES",
    "ANSWER_OF",
    "LARGEST_TEXT",
    "Analyses",
    "Analysis",
    "Delivery",
    "Unmatched",
    "Value",
    "analysis_of",
    "answer_text",
    "converts",
    "factor",
    "flagged",
    "in_unit",
    "is_older",
    "normal",
    "obstacle",
]
