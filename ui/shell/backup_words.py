"""What is wrong with the server's backups: told to whoever runs it, and to all who look for it."""

from __future__ import annotations

from dataclasses import dataclass

from ui.kit.notice import Notice
from ui.shell.contact_words import ContactWords
from ui.theme.tokens import Tone
from workstation.domain.texts import _


@dataclass
class BackupNotices:
    """Tells whoever runs the server, once each time it gets so, in a way that is not passed over."""

    notice: Notice
    told: str = ""

    def tell(self, neglected: str) -> None:
        """Tell how the backups are neglected, unless that was told last."""
        words = backup_words(neglected)
        if words is not None and neglected != self.told:
            self.notice.show_problem(words.message, words.advice, tone=Tone.CRITICAL)
        self.told = neglected


def backup_words(neglected: str) -> ContactWords | None:
    """Return what to say. ``neglected``: the server's own word; None where there is nothing to say."""
    if not neglected:
        return None
    if neglected == "untested":
        return ContactWords(
            short=_("The backups are not tried out"),
            message=_("No backup of the record has been tried out for more than two weeks."),
            advice=_(
                "Whether the record could be restored after a loss is not known. On the server, run"
                " workstation backup --drill, and see to it that it runs every week."
            ),
        )
    return ContactWords(
        short=_("There is no fresh backup"),
        message=_("The record has not been backed up for more than two days."),
        advice=_(
            "What is written now could be lost with the server. On the server, run workstation"
            " backup, and see to it that it runs every day."
        ),
    )
