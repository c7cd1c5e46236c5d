"""What is not received by the server yet, and why."""

from __future__ import annotations

from dataclasses import dataclass

from ui.shell.contact_words import ContactWords
from workstation.operations.ports import Delivery
from workstation.operations.session import OutboxLine, SyncStatus

GROUPS = (Delivery.ATTENTION, Delivery.LOCAL, Delivery.SENT)


@dataclass(frozen=True, kw_only=True, repr=False)
class OutboxState:
    """``lines`` is None until read. ``now``: ms UTC. ``wrong``: with the contact, beside no network."""

    lines: tuple[OutboxLine, ...] | None = None
    status: SyncStatus = SyncStatus(connected=False)
    now: int = 0
    wrong: ContactWords | None = None

    def group(self, delivery: Delivery) -> tuple[OutboxLine, ...]:
        """Return the lines that have come that far."""
        return tuple(line for line in self.lines or () if line.state is delivery)
