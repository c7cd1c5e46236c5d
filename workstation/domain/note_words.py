"""What the codes of notes and of who writes them are called, wherever clinicians read them."""

from __future__ import annotations

from collections.abc import Mapping

from workstation.domain.texts import N_

NOTE_TYPES: Mapping[str, str] = {
    "utr": N_("Assessment"),
    "atb": N_("Action or treatment"),
    "sam": N_("Summary"),
    "sao": N_("Coordination"),
    "ins": N_("Admission note"),
    "slu": N_("Final note"),
    "auf": N_("Note without a meeting"),
    "sva": N_("Discharge note"),
    "bes": N_("Visit note"),
}
"""KV Anteckningstyp; message keys."""

PROFESSIONS: Mapping[str, str] = {
    "physician": N_("Physician"),
    "nurse": N_("Nurse"),
    "assistant_nurse": N_("Assistant nurse"),
    "midwife": N_("Midwife"),
    "physiotherapist": N_("Physiotherapist"),
    "occupational_therapist": N_("Occupational therapist"),
    "psychologist": N_("Psychologist"),
    "dietitian": N_("Dietitian"),
    "biomedical_analyst": N_("Biomedical analyst"),
    "medical_secretary": N_("Medical secretary"),
}
"""Of ``workstation.domain.directory.Profession``; message keys."""
