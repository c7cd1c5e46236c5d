"""What can be done in a view: commands to the left, filters to the right, wrapping when narrow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.flow import FlowLayout


class Toolbar(QWidget):
    """Two groups on one line while there is room, else wrapped; nothing is ever cut."""

    def __init__(
        self,
        name: str,
        left: Sequence[QWidget],
        right: Sequence[QWidget] = (),
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        flow = FlowLayout(self, across=8, down=8, aside=len(right))
        for widget in (*left, *right):
            flow.addWidget(widget)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
