"""A workstation as a process of its own, which writes, keeps drafts and sends until it is killed.

Arguments: the workstation's folder, its name, the server's address. Says on its standard output
``saved TEXT`` and ``kept TEXT`` once a note or a draft is durable.
"""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count
from pathlib import Path
from uuid import UUID

from tests.builders import GRACE
from tests.clinic import Clinic
from tests.stories.stations import an_address
from workstation.operations.session import KeptDraft

DRAFT = UUID(int=7)


def _say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


async def write(folder: Path, name: str, url: str) -> None:
    """Sit down as Dr Okoro and write without end."""
    seat = Clinic(running=an_address(url), folder=folder).seat(name)
    session = await seat.sit("okoro")
    for number in count():
        text = f"{os.getpid()} {number} ingen blödning"
        await seat.writes(text)
        _say(f"saved {text}")
        draft = KeptDraft(
            id=DRAFT, patient=GRACE, writer="note", content=f'{{"t":"{text}"}}'.encode(), kept_at=1
        )
        await session.drafts.keep(draft)
        _say(f"kept {text}")


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
