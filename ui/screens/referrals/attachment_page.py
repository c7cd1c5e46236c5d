"""An attachment on the screen: a picture is shown, a PDF is saved where the person says."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.button import Button
from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.screens.referrals.attached import attachment_words
from ui.theme.typography import Size
from workstation.domain.attachment import Attachment
from workstation.domain.texts import _

_MOST_PIXELS = 50_000_000


@guarded
class _Picture(QWidget):
    """Draws a picture as large as there is room, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setMinimumHeight(160)

    def show_image(self, image: QImage, name: str) -> None:
        self._image = image
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(480, 360)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = self.size()
        size = self._image.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(QRectF(0, 0, size.width(), size.height()), self._image)


class AttachmentPage(QWidget):
    """Shows one attachment; what cannot be drawn here says so and can be saved."""

    save_wanted = Signal()
    next_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Attachment"))
        self._name = Label("", strong=True, wrap=True)
        self._said = Label("", quiet=True, size=Size.SMALL, wrap=True)
        self._picture = _Picture()
        self._save = Button(_("Save a copy"))
        self._next = Button(_("Next attachment"))
        self._shown: tuple[str, int] = ("", 0)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._save)
        buttons.addWidget(self._next)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for widget in (self._name, self._said):
            column.addWidget(widget)
        column.addWidget(self._picture, 1)
        column.addLayout(buttons)
        self._save.clicked.connect(self.save_wanted)
        self._next.clicked.connect(self.next_wanted)

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
