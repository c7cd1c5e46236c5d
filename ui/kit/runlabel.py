"""Styled lines as a widget: drawn, never interpreted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.guard import guarded
from ui.kit.label import Label
from ui.kit.textrun import Run, TextBlock, spoken
from ui.theme.palette import tokens_of

_UNBOUNDED = 4000
_KEPT = 8  # widths: a layout asks for the same few again and again


@guarded
class RunLabel(Label):
    """Show lines of runs and wrap them to the width there is.

    To a screen reader it is plain text, like every label.
    """

    def __init__(
        self,
        lines: Sequence[Sequence[Run]] = (),
        *,
        wrap: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._lines = tuple(tuple(line) for line in lines)
        self._blocks: dict[tuple[int, str], TextBlock] = {}
        self._wrap = wrap
        policy = QSizePolicy(
            QSizePolicy.Policy.Preferred if wrap else QSizePolicy.Policy.Maximum,
            QSizePolicy.Policy.Minimum,
        )
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.setAccessibleName(spoken(self._lines))

    def set_lines(self, lines: Sequence[Sequence[Run]]) -> None:
        """Show these lines instead; the same lines again change nothing."""
        shown = tuple(tuple(line) for line in lines)
        if shown == self._lines:
            return
        self._lines = shown
        self._blocks.clear()
        self.setAccessibleName(spoken(self._lines))
        self.updateGeometry()
        self.update()

    def lines(self) -> tuple[tuple[Run, ...], ...]:
        """Return what is shown."""
        return self._lines

    def _laid(self, width: int) -> TextBlock:
        tokens = tokens_of(self)
        wanted = (width, tokens.name)
        found = self._blocks.get(wanted)
        if found is None:
            if len(self._blocks) >= _KEPT:
                self._blocks.clear()
            found = self._blocks[wanted] = TextBlock(self._lines, width, tokens)
        return found

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        return self._wrap

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        return round(self._laid(width).height)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        block = self._laid(_UNBOUNDED)
        return QSize(int(block.width) + 1, round(block.height))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        hint = self.sizeHint()
        return QSize(min(hint.width(), 80), hint.height()) if self._wrap else hint

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.PaletteChange:
            self._blocks.clear()
            self.update()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter = QPainter(self)
        self._laid(self.width() if self._wrap else _UNBOUNDED).draw(painter, 0, 0)
