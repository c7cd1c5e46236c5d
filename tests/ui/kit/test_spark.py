"""The small line says the way a value has gone, to the eye and to the ear."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from ui.kit.cell import Column, Row, text_cell
from ui.kit.picture import render
from ui.kit.spark import Spark, direction
from ui.kit.table import Table
from ui.theme.tokens import Tone


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ((118.0, 112.0, 108.0, 104.0), "fallande"),
        ((3.9, 4.4, 5.1, 6.4), "stigande"),
        ((4.0, 4.05, 4.0, 4.1), "oförändrat"),
        ((60.0, 90.0, 58.0, 62.0), "varierande"),
        ((0.0, 0.0), "oförändrat"),
        ((-2.0, 3.0), "stigande"),
    ],
)
def test_how_a_value_has_gone_is_one_word(values: tuple[float, ...], word: str) -> None:
    assert direction(values) == word
    assert Spark(values=values).said() == f"{word}, {len(values)} värden"


def test_a_line_is_drawn_beside_the_text_and_read_aloud_with_it(qapp: QApplication) -> None:
    line = Spark(values=(3.9, 4.4, 6.4), low=3.5, high=4.6, tone=Tone.CRITICAL)
    text = text_cell(
        "P-Kalium 6,4 mmol/L 2026-03-02 tidigare 4,4 mmol/L och dessförinnan 3,9 mmol/L vid provtagning hemma"
    )

    def table(spark: Spark | None) -> Table:
        made = Table("Värden", (Column(title="", stretch=1),), header=False)
        made.set_rows([Row(key="k", cells=(text,), name="P-Kalium", spark=spark)])
        return made

    bare, lined = table(None), table(line)
    said = str(lined.model.data(lined.model.index(0, 0)))
    assert said.endswith("stigande, 3 värden")
    before, after = render(bare, QSize(360, 120)), render(lined, QSize(360, 120))
    assert before != after
    taller = []
    for width in range(250, 470, 20):  # the text gives way, it is not drawn over
        for one in (bare, lined):
            render(one, QSize(width, 120))
        taller.append(lined.content_height() - bare.content_height())
    assert min(taller) >= 0 < max(taller)
