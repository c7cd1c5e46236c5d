"""An attachment on the screen: a picture is shown, a PDF is saved where the person says."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.label import Label
from ui.screens.referrals.attached import attachment_words
from ui.screens.referrals.picture_view import PictureView
from ui.theme.typography import Size
from workstation.domain.attachment import Attachment
from workstation.domain.texts import _

_MOST_PIXELS = 50_000_000


class AttachmentPage(QWidget):
    """Shows one attachment; what cannot be drawn here says so and can be saved."""

    save_wanted = Signal()
    next_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Attachment"))
        self._name = Label("", strong=True, wrap=True)
        self._said = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self._picture = PictureView()
        self._save = Button(_("Save a copy"))
        self._next = Button(_("Next attachment"))
        self._zooms = (
            Button(_("Smaller"), shortcut="-"),
            Button(_("The whole"), shortcut="0"),
            Button(_("Larger"), shortcut="+"),
        )
        self._percent = Label("", quiet=True, size=Size.SMALL)
        self._shown: tuple[str, int] = ("", 0)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._save)
        buttons.addWidget(self._next)
        buttons.addStretch(1)
        for button in self._zooms:
            buttons.addWidget(button)
        buttons.addWidget(self._percent)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for widget in (self._name, self._said):
            column.addWidget(widget)
        column.addWidget(self._picture, 1)
        column.addLayout(buttons)
        self._save.clicked.connect(self.save_wanted)
        self._next.clicked.connect(self.next_wanted)
        ways = (self._picture.smaller, self._picture.fit, self._picture.larger)
        for button, way in zip(self._zooms, ways, strict=True):
            button.clicked.connect(way)
        self._picture.zoomed.connect(self._say_zoom)

    def _say_zoom(self, percent: int) -> None:
        for widget in (*self._zooms, self._percent):
            widget.setVisible(percent > 0)
        self._percent.setText(_("{count} %").format(count=percent))

    def show_attachment(self, one: Attachment, content: bytes | None, *, several: bool) -> None:
        """Draw it; ``content`` None: it is not on this computer yet."""
        self._name.setText(attachment_words(one))
        self._save.setVisible(content is not None)
        self._next.setVisible(several)
        shown = (one.hash, len(content or b""))
        if shown == self._shown:
            return
        self._shown = shown
        image = QImage()
        if content is None:
            said = _("Not on this computer yet. It is fetched as soon as there is contact.")
        elif one.type == "application/pdf":
            said = _("A PDF is read in the computer's own program: save a copy and open it.")
        else:
            image = _drawn(content)
            said = _("The picture cannot be drawn; save a copy.") if image.isNull() else ""
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._picture.show_image(image, one.title)


def _drawn(content: bytes) -> QImage:
    """Return the picture; nothing for one that would fill the memory or cannot be read."""
    image = QImage.fromData(content)
    too_large = image.width() * image.height() > _MOST_PIXELS
    return QImage() if too_large else image
