"""What the rules say of a draft, under its fields: drawn anew only where it has changed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.card import Card, CardModel, Choice, Level
from ui.kit.textrun import Ink, Line, Run
from ui.shell.workspace.form import FormCard
from ui.theme.typography import Size
from workstation.domain.texts import _

WHY = "@why"
_LEVELS = {"stop": Level.STOP, "observe": Level.OBSERVE, "info": Level.INFO}


class CardStack(QWidget):
    """Cards under each other; ``taken`` carries (card key, choice key).

    ``chord``: what is held with the number of a suggestion, so that it works while writing.
    """

    taken = Signal(str, str)

    def __init__(self, parent: QWidget | None = None, *, chord: str = "") -> None:
        super().__init__(parent)
        self._chord = chord
        self.setAccessibleName(_("What the rules say"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: tuple[FormCard, ...] = ()
        self._explained: frozenset[str] = frozenset()
        self._barred = False
        self._cards: list[Card] = []

    def cards(self) -> tuple[Card, ...]:
        """Return the cards as they stand."""
        return tuple(self._cards)

    def show_cards(self, cards: tuple[FormCard, ...]) -> None:
        """Draw these cards; the same ones stay as they are."""
        if cards == self._shown:
            return
        self._shown = cards
        self._draw()

    def bar_writing(self, barred: bool) -> None:  # noqa: FBT001  Qt's shape
        """Tell without offering anything to do, or offer it again."""
        if barred != self._barred:
            self._barred = barred
            self._draw()

    def _draw(self) -> None:
        old, self._cards = self._cards, []
        for card in old:
            self._column.removeWidget(card)
            card.hide()
        # Often asked for by one of them while it still handles a key: they go later.
        QTimer.singleShot(0, self, lambda: _let_go(old))
        number = 0
        for model in (_only_told(card) if self._barred else card for card in self._shown):
            drawn = card_model(
                model, explained=model.key in self._explained, first=number + 1, chord=self._chord
            )
            number += len(model.suggestions)
            card = Card(drawn)
            card.suggestion_chosen.connect(self.taken)
            card.link_opened.connect(self._linked)
            self._column.addWidget(card)
            self._cards.append(card)
        self.setVisible(bool(self._shown))

    def _linked(self, card: str, link: str) -> None:
        if link != WHY:
            self.taken.emit(card, link)
            return
        self._explained = self._explained ^ {card}
        self._draw()


def _only_told(card: FormCard) -> FormCard:
    return replace(card, suggestions=())


def card_model(
    card: FormCard, *, explained: bool = False, first: int = 1, chord: str = ""
) -> CardModel:
    """Return a card ready to draw. ``first``: the number of its first suggestion on the keyboard."""
    lines: list[Line] = [(Run(card.text),)]
    if explained:
        lines += [(Run(line, ink=Ink.QUIET, size=Size.SMALL),) for line in card.why]
    links = [Choice(key=key, text=text) for key, text in card.links]
    if card.why:
        links.insert(0, Choice(key=WHY, text=_("Less") if explained else _("Why do I see this?")))
    return CardModel(
        key=card.key,
        level=_LEVELS[card.level],
        title=card.title,
        chord=chord,
        text=tuple(lines),
        suggestions=[
            Choice(key=key, text=text, number=number if number < 10 else 0)
            for number, (key, text) in enumerate(card.suggestions, start=first)
        ],
        links=links,
    )


def _let_go(cards: list[Card]) -> None:
    for card in cards:
        card.deleteLater()
