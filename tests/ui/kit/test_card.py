"""A card shows every word of what it says, however narrow the place it stands in."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from ui.kit.card import Card, CardModel, Choice, Level
from ui.kit.runlabel import RunLabel
from ui.kit.textrun import Run

_TITLE = "Öppna journalen för GHEBREMEDHIN, Abeba 20160313-9807?"
_TEXT = "Du bekräftar att det inte kan vänta, och att patienten inte kan tillfrågas om samtycke nu."


@pytest.mark.parametrize("width", [240, 360, 364, 480, 1200])
@pytest.mark.parametrize("suggestions", [(), (Choice(key="a", text="Ändra", number=1),)])
def test_a_title_of_several_lines_never_cuts_the_words_under_it(
    qapp: QApplication, width: int, suggestions: tuple[Choice, ...]
) -> None:
    text = ((Run(_TEXT),),)
    model = CardModel(
        key="sure", level=Level.OBSERVE, title=_TITLE, text=text, suggestions=suggestions
    )
    card = Card(model)
    layout = card.layout()
    assert layout is not None
    card.resize(width, layout.totalHeightForWidth(width))  # as a column gives it room
    card.show()
    qapp.processEvents()

    title, words = card.findChildren(RunLabel)
    for label in (title, words):
        assert label.height() >= label.heightForWidth(label.width())
    assert title.geometry().bottom() < words.geometry().top()
    assert words.geometry().bottom() < card.height()
    card.close()
