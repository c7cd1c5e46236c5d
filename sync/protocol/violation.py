"""The peer broke the protocol: a defect of one end, never something a clinician can mend."""

from __future__ import annotations


class ProtocolViolation(Exception):
    """A message that no correct peer sends. The text names fields and counts, never content."""
