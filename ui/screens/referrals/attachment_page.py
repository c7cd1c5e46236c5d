"""An attachment on the screen: a picture, or a PDF page by page; a copy is saved where the person says."""

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
from workstation.operations.session import DrawnPage

_MOST_PIXELS = 50_000_000


class AttachmentPage(QWidget):
    """Shows one attachment; what cannot be drawn here says so and can be saved."""

    save_wanted = Signal()
    next_wanted = Signal()
    page_wanted = Signal(int)
    """One page on (1) or back (-1)."""

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
        self._pages = (
            Button(_("Previous page"), shortcut="PgUp"),
            Button(_("Next page"), shortcut="PgDown"),
        )
        self._page = Label("", quiet=True, size=Size.SMALL)
        self._shown: tuple[str, int] = ("", 0)
        self._drawn: DrawnPage | None = None
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
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name, 1)
        for widget in (self._page, *self._pages):
            head.addWidget(widget)
        column.addLayout(head)
        column.addWidget(self._said)
        column.addWidget(self._picture, 1)
        column.addLayout(buttons)
        self._save.clicked.connect(self.save_wanted)
        self._next.clicked.connect(self.next_wanted)
        ways = (self._picture.smaller, self._picture.fit, self._picture.larger)
        for button, way in zip(self._zooms, ways, strict=True):
            button.clicked.connect(way)
        self._picture.zoomed.connect(self._say_zoom)
        for button, step in zip(self._pages, (-1, 1), strict=True):
            button.clicked.connect(lambda _on=False, step=step: self.page_wanted.emit(step))
        self._offer_pages(0, 0)

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
        self._drawn = None
        self._offer_pages(0, 0)
        image = QImage()
        if content is None:
            said = _("Not on this computer yet. It is fetched as soon as there is contact.")
        elif one.type == "application/pdf":
            said = _("The page is being drawn…")
        else:
            image = _drawn(content)
            said = _("The picture cannot be drawn; save a copy.") if image.isNull() else ""
        self._say(said)
        self._picture.show_image(image, one.title)

    def show_page(self, drawn: DrawnPage | None, page: int, *, undrawable: bool) -> None:
        """Draw a page of the PDF, from 0; what cannot be drawn here says so and can be saved."""
        if undrawable:
            self._say(_("The PDF cannot be drawn here; save a copy and open that."))
            self._picture.show_image(QImage(), "")
        elif drawn is not None:
            self._offer_pages(page, drawn.pages)
            if drawn is not self._drawn:
                self._drawn = drawn
                self._say("")
                name = _("Page {number} of {count}").format(number=page + 1, count=drawn.pages)
                self._picture.show_image(_page_image(drawn), name)

    def _say(self, said: str) -> None:
        self._said.setText(said)
        self._said.setVisible(bool(said))

    def _offer_pages(self, page: int, pages: int) -> None:
        for button, possible in zip(self._pages, (page > 0, page + 1 < pages), strict=True):
            button.setVisible(pages > 1)
            button.setEnabled(possible)
        self._page.setVisible(pages > 0)
        self._page.setText(_("Page {number} of {count}").format(number=page + 1, count=pages))


def _page_image(drawn: DrawnPage) -> QImage:
    """Return the page; the copy owns its rows."""
    rows, stride = drawn.rows, drawn.stride
    kind = QImage.Format.Format_RGB32
    return QImage(rows, drawn.width, drawn.height, stride, kind).copy()


def _drawn(content: bytes) -> QImage:
    """Return the picture; nothing for one that would fill the memory or cannot be read."""
    image = QImage.fromData(content)
    too_large = image.width() * image.height() > _MOST_PIXELS
    return QImage() if too_large else image
