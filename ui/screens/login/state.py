"""Who wants in, and where they may work."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workstation.operations.session import Admitted


@dataclass(frozen=True, kw_only=True, repr=False)
class LoginState:
    """``admitted``: whose secret was right, while they choose an assignment.

    ``remedy``: what can be done about the problem, as the text of a button.
    ``locked_for``: the name of who locked this computer; empty when nobody did.
    """

    user: str = ""
    busy: bool = False
    admitted: Admitted | None = None
    problem: tuple[str, str] = ("", "")
    remedy: str = ""
    locked_for: str = ""

    def failed(self, message: str, advice: str, *, remedy: str = "") -> LoginState:
        """Return the state after an attempt that did not succeed."""
        return replace(self, busy=False, problem=(message, advice), remedy=remedy)
