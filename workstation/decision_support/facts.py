"""What is known about one patient, typed: the only thing a rule may see.

Dates are days; amounts are ``Decimal`` in the unit that stands beside them. A value that is
not known is ``None`` and stays so: nothing is filled in.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

Severity = Literal["mild", "moderate", "severe"]


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """Age in completed years (fractions allowed in infants), weight in kg, height in cm."""

    age: Decimal | None = None
    sex: Literal["M", "F"] | None = None
    weight_kg: Decimal | None = None
    height_cm: Decimal | None = None
    pregnant: bool | None = None
    gestational_week: Decimal | None = None
    breastfeeding: bool | None = None


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """An ICD-10-SE code with what is thought of it now and whose it is."""

    icd10: str
    status: Literal["active", "resolved", "refuted", "inactive", "entered-in-error"] = "active"
    recorded: date | None = None
    subject: Literal["own", "family"] = "own"


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """A dose per day (on the day it is taken, when the schedule is not daily)."""

    value: Decimal
    unit: str


class Medication(msgspec.Struct, frozen=True, kw_only=True):
    """An order, new or on the list. ``replaces`` names by code or name what it takes over from.

    ``single_dose``: the most that is taken at one time.
    """

    atc: str
    name: str = ""
    route: str | None = None
    form: str | None = None
    status: str = "active"
    prn: bool | None = None
    start: date | None = None
    stop: date | None = None
    planned_stop: date | None = None
    schedule: str | None = None
    replaces: str | list[str] | bool | None = None
    dose_per_day: Amount | None = None
    single_dose: Amount | None = None


class Allergy(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded hypersensitivity."""

    substance: str = ""
    substance_atc: str | None = None
    reaction: str | None = None
    severity: Severity | None = None
    certainty: str | None = None
    verification: Literal["confirmed", "unconfirmed", "refuted", "resolved", "entered-in-error"] = (
        "confirmed"
    )
    status: str | None = None
    recorded: date | None = None


class Lab(msgspec.Struct, frozen=True, kw_only=True):
    """One result."""

    code: str
    value: Decimal
    unit: str = ""
    date: date


SignCode = Literal[
    "confusion",
    "oxygen",
    "hypercapnia",
    "smoker",
    "fever",
    "tender_nodes",
    "tonsillar_coating",
    "no_cough",
]
"""Findings that are there or not. ``confusion``: any lowered or altered consciousness;
``hypercapnia``: SpO2 scale 2 was decided on."""


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """A finding somebody looked for. Without a date it is of the day the facts are of."""

    code: SignCode
    present: bool
    date: date | None = None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known, and the order that is being written, if any.

    ``takes_nothing``: somebody says that there are no medicines; an empty list alone may be one
    that nobody has written yet.
    """

    as_of: date
    hook: Literal["order-select", "order-sign", "patient-view"] = "order-select"
    patient: Patient = Patient()
    diagnoses: tuple[Diagnosis, ...] = ()
    medications: tuple[Medication, ...] = ()
    takes_nothing: bool = False
    allergies: tuple[Allergy, ...] = ()
    labs: tuple[Lab, ...] = ()
    signs: tuple[Sign, ...] = ()
    new_order: Medication | None = None
