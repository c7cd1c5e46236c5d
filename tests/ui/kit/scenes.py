"""Whole windows put together from the kit, as the screens will: for pictures and for tests."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit import galleryparts as parts
from ui.kit.button import Button, ButtonKind
from ui.kit.card import Card
from ui.kit.cell import Column as TableColumn
from ui.kit.cell import Group, Row, button_cell, icon_cell, text_cell
from ui.kit.checkbox import CheckBox
from ui.kit.chip import FilterChip
from ui.kit.field import TextField
from ui.kit.label import Label
from ui.kit.panel import Column
from ui.kit.runlabel import RunLabel
from ui.kit.searchbox import SearchBox
from ui.kit.statusline import StatusModel
from ui.kit.table import Table
from ui.kit.textarea import TextAreaField
from ui.kit.textrun import Run, quiet, strong
from ui.kit.toolbar import Toolbar
from ui.kit.workspace import DraftAction, DraftModel
from ui.shell.frame import Frame
from ui.theme.tokens import Tone
from ui.theme.typography import Size


def _frame(status: StatusModel) -> Frame:
    frame = Frame(parts.PLACES, parts.TABS)
    frame.rail.set_count("todo", 12)
    frame.tabs.set_new("journal", 3)
    frame.tabs.set_new("medication", 1)
    frame.tabs.set_new("values", 2)
    frame.status.show_status(status)
    frame.banner.show_patient(parts.KARIN)
    return frame


def _page(name: str, *items: QWidget, margin: int = 16) -> QWidget:
    page = QWidget()
    page.setAccessibleName(name)
    column = QVBoxLayout(page)
    column.setContentsMargins(margin, 12 if margin else 0, margin, 12 if margin else 0)
    column.setSpacing(8 if margin else 0)
    for item in items[:-1]:
        column.addWidget(item)
    column.addWidget(items[-1], 1)
    return page


def medication(status: StatusModel = parts.ONLINE) -> Frame:
    """The medication list with an order being written beside it."""
    frame = _frame(status)
    page = _page(
        "Läkemedel",
        Toolbar("Verktyg", (
            Button("Ny ordination", kind=ButtonKind.PRIMARY, shortcut="N"),
            Button("Läkemedelsgenomgång"), Button("Utdelning"),
        ), (FilterChip("Källa", (("", "Alla källor"), ("ward", "Ordinerat här"))),)),
        Label("Version 41 · granskad av dr Ek 2026-09-02 · uppdaterad 14:02", quiet=True, size=Size.SMALL, wrap=True),
        table := parts.medication_table(),
    )  # fmt: skip
    table.choose("furosemid")
    frame.put_tab("medication", page)
    frame.show_record("medication")
    frame.workspace.put_draft(
        DraftModel(
            key="note",
            title="Anteckning",
            family="Andersson",
            given="Karin",
            identity="19410308-2386",
        ),
        Column(name="Anteckning", raised=True, margin=14),
    )
    frame.workspace.put_draft(
        DraftModel(
            key="order", title="Ordination: ibuprofen", family="Andersson", given="Karin", identity="19410308-2386",
            saved="Sparat utkast 14:03:12",
            actions=(DraftAction(key="drop", text="Avstå"), DraftAction(key="reason", text="Skäl att ändå ordinera…")),
        ),
        _order_body(),
    )  # fmt: skip
    frame.set_workspace_open(True)
    return frame


def _order_body() -> QWidget:
    body = Column(name="Ordination", raised=True, margin=14, spacing=10)
    body.add(TextField("Läkemedel", text="ibuprofen — tablett 400 mg"))
    body.add(TextField("Dosering (skriv som du tänker)", text="1+1+1 i 7 dagar"))
    body.add(RunLabel([[quiet("DOS\u00a0\u00a0", size=Size.TINY), strong("1 tablett"),
                        Run(" morgon, middag och kväll i "),
                        strong("7 dagar"), Run(", sista dos 2026-11-29")]]))  # fmt: skip
    pair = QWidget()
    pair.setAccessibleName("Orsak och uppföljning")
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(TextField("Orsak", text="Artros, höger knä"))
    row.addWidget(TextField("Uppföljning", text="Telefon 2026-11-30"))
    body.add(pair)
    body.add(Card(parts.STOP))
    body.add(Card(parts.OBSERVE))
    body.add(RunLabel([[quiet("Kontrollerat: interaktioner, njure, diagnos, överkänslighet, dubbletter, ålder, dos."),
                        ]]))  # fmt: skip
    return body


def journal(status: StatusModel = parts.ONLINE) -> Frame:
    """The journal with a discharge summary being written beside it."""
    frame = _frame(status)
    search = SearchBox("Sök i journalen")
    search.setText("ingen blödning")
    search.setMaximumWidth(280)
    tools = Toolbar("Verktyg", (search, Label("2 träffar", quiet=True, size=Size.SMALL)), (
        FilterChip("Enhet", (("", "Alla enheter"), ("12", "Avd 12"))),
        FilterChip("Yrke", (("", "Alla yrken"), ("l", "Läkare"))),
        FilterChip("Sökord", (("", "Sökord"),)),
    ))  # fmt: skip
    tools.setContentsMargins(16, 8, 16, 8)
    frame.put_tab("journal", _page("Journal", tools, parts.journal_list(), margin=0))
    frame.show_record("journal")
    body = Column(name="Epikris", raised=True, margin=14, spacing=12)
    body.add(TextField("Vårdtid", text="2026-11-18 – 2026-11-23"))
    body.add(TextAreaField("Sammanfattning", text=(
        "85-årig kvinna som söker på grund av tilltagande andfåddhet. Förbättrad på intravenös furosemid,"
        " vikt 71,2 → 67,9 kg. eGFR 38 vid utskrivning.")))  # fmt: skip
    for text, on in (
        ("Vikt dagligen, kontakt vid +2 kg på 3 dagar", True),
        ("P-Kalium 2026-12-01, Vc Gårda", True),
    ):
        body.add(CheckBox(text, checked=on))
    frame.workspace.put_draft(
        DraftModel(
            key="epikris", title="Epikris", family="Andersson", given="Karin", identity="19410308-2386",
            detail="mall Epikris medicin v 7", saved="Sparat utkast 14:03:12",
            actions=(
                DraftAction(key="save", text="Spara", shortcut="Ctrl+S"),
                DraftAction(key="sign", text="Signera", shortcut="Ctrl+Return", kind=ButtonKind.PRIMARY),
            ),
        ),
        body,
    )  # fmt: skip
    frame.set_workspace_open(True)
    return frame


TODO_COLUMNS = (
    TableColumn(title="", width=20),
    TableColumn(title="Patient", stretch=3, least=140),
    TableColumn(title="Vad", stretch=4, least=160),
    TableColumn(title="När", stretch=2, least=110),
    TableColumn(title="", width=128),
)


def _todo_row(
    key: str, icon: str, tone: Tone, said: str, name: str, number: str, what: tuple[str, str], when: str, verb: str,
    shortcut: str = "",
) -> Row:  # fmt: skip
    return Row(
        key=key, name=name,
        cells=(
            icon_cell(icon, tone, said), text_cell((strong(name),), (quiet(number),)),
            text_cell(what[0], (quiet(what[1]),)), text_cell((quiet(when),)), button_cell(verb, shortcut=shortcut),
        ),
    )  # fmt: skip


def todo(status: StatusModel = parts.ONLINE) -> Frame:
    """The work list."""
    frame = _frame(status)
    table = Table("Att göra", TODO_COLUMNS, header=False, middle=True)
    table.set_rows((
        Group(title="Kritiska provsvar", count=1, icon="critical", tone=Tone.CRITICAL),
        _todo_row("k", "critical", Tone.CRITICAL, "Kritiskt", "LINDQVIST, Olle", "19550714-2395",
                  ("P-Kalium 6,4 mmol/L (tidigare 5,1)", "Står på spironolakton och ramipril · beställt av dig"),
                  "i dag 13:52 · 11 min", "Öppna", "Return"),
        Group(title="Ändrat på två håll", count=1, icon="fork"),
        _todo_row("f", "fork", Tone.WARNING, "Oavgjort", "ANDERSSON, Karin", "19410308-2386",
                  ("warfarin: du satte ut 10:32 · dr Ek ändrade dos 10:40 (Vc Gårda, frånkopplad)",
                   "Gäller tills vidare: utsatt (säkrare) · syns för alla"), "i dag 11:05", "Avgör"),
        Group(title="Provsvar att vidimera", count=6),
        _todo_row("n", "dot", Tone.NEUTRAL, "Svar", "NILSSON, Birgit", "19380921-2388",
                  ("HbA1c 61 mmol/mol, P-Kreatinin 84 µmol/L", "Normala utom HbA1c ↑"), "i går", "Vidimera"),
        Group(title="Osignerat", count=4),
        _todo_row("o", "pencil", Tone.NEUTRAL, "Osignerat", "ANDERSSON, Karin", "19410308-2386",
                  ("Daganteckning", "påbörjad 13:20"), "i dag 13:20", "Signera"),
    ))  # fmt: skip
    frame.put_place("todo", _page("Att göra", table))
    frame.show_place("todo", "Att göra", "12 för mig · 31 för Avd 12")
    return frame
