"""What is wrong with a document, and where in it."""

from __future__ import annotations

from workstation.domain.problem import Problem
from workstation.domain.texts import _


class Fault(Exception):
    """A place in a document and why it cannot be used. ``path`` as ``Bundle.entry[12].resource.id``."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__()
        self.path = path
        self.reason = reason


class BrokenDocument(Problem):
    """A document that was refused as a whole; nothing of it was stored.

    ``name``: the file as the person knows it. It may be a patient's name: shown, never logged.
    """

    def __init__(self, name: str, fault: Fault) -> None:
        message = _("{name} was refused: {path}: {reason}").format(
            name=name, path=fault.path, reason=fault.reason
        )
        super().__init__(
            message, _("Nothing of it was stored. Have it corrected where it was made.")
        )
        self.name = name
        self.path = fault.path
        self.reason = fault.reason
