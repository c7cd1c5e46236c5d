"""The coded reasons for which an order is signed in spite of a warning."""

from __future__ import annotations

from workstation.domain.texts import N_

OVERRIDE_REASONS: tuple[tuple[str, str], ...] = (
    ("followed", N_("Is followed up with tests or visits")),
    ("tolerated", N_("The patient has tolerated it before")),
    ("benefit", N_("The benefit outweighs the risk")),
    ("short", N_("Short treatment")),
    ("agreed", N_("Agreed with a specialist")),
    ("wrong", N_("The warning does not fit this patient")),
    ("other", N_("Another reason")),
)
"""Code, and its text for ``_``. A code is kept in records for ever: it never changes its meaning."""
