"""What a person can understand and act on, as opposed to a defect of ours."""

from __future__ import annotations


class Problem(Exception):
    """Something the clinician can understand and act on.

    ``message`` says what happened, ``advice`` what to do next; both are shown as they stand,
    in the reader's language, and are never logged: they may quote the record. Whatever is
    raised that is not a ``Problem`` is a defect of ours.
    """

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"
