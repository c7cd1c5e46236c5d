"""Samples of the kit's widgets with believable content; the patient is invented."""

from __future__ import annotations

from datetime import UTC, date, datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.banner import Agent, Banner, BannerModel, Fact, Hypersensitivity
from ui.kit.button import Button, ButtonKind, IconButton
from ui.kit.card import Card, CardModel, Choice, Level
from ui.kit.cell import Cell, Column, Group, Row, badge_cell, text_cell
from ui.kit.checkbox import CheckBox
from ui.kit.chip import Chip, FilterChip
from ui.kit.choicefield import ChoiceField
from ui.kit.datefield import DateField
from ui.kit.empty import Empty
from ui.kit.entry import Entry, Label, Paragraph
from ui.kit.field import SecretField, TextField
from ui.kit.flow import FlowLayout
from ui.kit.link import Link
from ui.kit.notice import Notice
from ui.kit.panel import Panel, Rule
from ui.kit.pill import Pill
from ui.kit.rail import Place, Rail
from ui.kit.recordlist import RecordList
from ui.kit.searchbox import SearchBox
from ui.kit.statusline import StatusLine, StatusModel
from ui.kit.table import Table
from ui.kit.tabs import Tab, TabBar
from ui.kit.textarea import TextAreaField
from ui.kit.textrun import Ink, Lines, Run, labelled, quiet, strong
from ui.kit.trend import Period, Point, Series, Trend
from ui.theme.tokens import Tone

KARIN = BannerModel(
    family="Andersson", given="Karin Elisabeth", born="1941-03-08", age="85 år", sex="Kvinna",
    identity="19410308-2386", hypersensitivity=Hypersensitivity.KNOWN,
    agents=(Agent(name="penicillin", detail="livshotande, konstaterad"),),
    facts=(Fact(label="eGFR", value="38 mL/min", detail="2026-11-18"),),
    contact="Avd 12, sal 4", umi=True, blocked="Spärrade uppgifter finns",
    consent="Samtycke t.o.m. 2026-12-01",
)  # fmt: skip
LONG = BannerModel(
    family="von Rosenschöld-Wahlström af Ugglas", given="Maximiliana Antoinetta Friederika",
    preferred="Antoinetta", born="1931-12-24", age="94 år", sex="Kvinna", identity="19311224-2387",
    hypersensitivity=Hypersensitivity.KNOWN,
    agents=(
        Agent(name="acetylsalicylsyra", detail="besvärande, misstänkt"),
        Agent(name="latex", detail="livshotande, konstaterad"),
        Agent(name="sulfametoxazol och trimetoprim", detail="konstaterad"),
    ),
    facts=KARIN.facts, contact="Korttidsboendet Solgläntan, Mölndals stad", umi=True,
    blocked="Spärrade uppgifter finns", consent="Samtycke saknas",
)  # fmt: skip
PROTECTED = BannerModel(
    family="Skyddad identitet", sex="", identity="", protected="Skyddad identitet",
    hypersensitivity=Hypersensitivity.UNAVAILABLE,
)  # fmt: skip
DECEASED = BannerModel(
    family="Lindqvist", given="Olle", born="1955-07-14", age="70 år", sex="Man", identity="19550714-2395",
    hypersensitivity=Hypersensitivity.NONE_KNOWN, deceased="2026-02-02",
)  # fmt: skip
NOT_ASKED = BannerModel(
    family="Okänd", given="Man", identity="VGR-26-000412", identity_label="Reservnummer", age="ca 40 år",
    sex="Man", hypersensitivity=Hypersensitivity.NOT_ASKED, contact="Akutmottagningen",
)  # fmt: skip
PLACES = (
    Place(key="todo", label="Att göra", icon="todo"),
    Place(key="patients", label="Patienter", icon="patients"),
    Place(key="reception", label="Mottagning", icon="reception"),
    Place(key="guidelines", label="Riktlinjer", icon="guidelines"),
    Place(key="log", label="Logg", icon="log"),
)
TABS = tuple(
    Tab(key=key, label=label)
    for key, label in (
        ("overview", "Översikt"), ("journal", "Journal"), ("medication", "Läkemedel"),
        ("referrals", "Remisser"), ("values", "Värden"), ("plan", "Plan"),
    )
)  # fmt: skip
ONLINE = StatusModel(
    connected=True, last_contact="14:02", content_version="2026-11-20", user="Lind, Anna",
    assignment="Läkare · Avd 12, Sahlgrenska",
)  # fmt: skip
OFFLINE = StatusModel(
    connected=False, last_contact="13:41", saved=3, content_version="2026-11-20", user="Lind, Anna",
    assignment="Läkare · Avd 12",
)  # fmt: skip
ATTENTION = StatusModel(
    connected=True, last_contact="14:02", saved=3, sent=2, attention=1, content_version="2026-06-01",
    content_current=False, user="Lind, Anna", assignment="Läkare · Avd 12, Sahlgrenska",
)  # fmt: skip


def _stack(name: str, *widgets: QWidget, spacing: int = 12) -> QWidget:
    holder = QWidget()
    holder.setAccessibleName(name)
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    for widget in widgets:
        column.addWidget(widget)
    return holder


def banners() -> QWidget:
    """The banner in all its states."""
    return _stack(
        "Banner", *(Banner(model) for model in (KARIN, LONG, PROTECTED, DECEASED, NOT_ASKED))
    )


def rail() -> QWidget:
    """The rail beside tabs."""
    holder = QWidget()
    holder.setAccessibleName("Rail")
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    places = Rail(PLACES)
    places.set_current("todo")
    places.set_count("todo", 12)
    places.set_count("reception", 128)
    places.setMinimumHeight(300)
    row.addWidget(places)
    tabs = TabBar(TABS)
    tabs.set_current("journal")
    tabs.set_new("journal", 3)
    tabs.set_new("medication", 1)
    row.addWidget(_stack("Tabs", tabs, Rule(), Panel(outlined=True)), 1)
    return holder


def status() -> QWidget:
    """The status line connected, offline and with something to look at."""
    return _stack("Status", *(StatusLine(model) for model in (ONLINE, OFFLINE, ATTENTION)))


def buttons() -> QWidget:
    """Buttons, links, pills and chips."""
    holder = QWidget()
    holder.setAccessibleName("Buttons")
    flow = FlowLayout(holder, across=8, down=8)
    off = Button("Signera", kind=ButtonKind.PRIMARY)
    off.setEnabled(False)
    for widget in (
        Button("Ny ordination", kind=ButtonKind.PRIMARY, shortcut="N"),
        Button("Spara", shortcut="Ctrl+S"),
        Button("Signera", kind=ButtonKind.PRIMARY, shortcut="Ctrl+Return"),
        Button("Makulera", kind=ButtonKind.STOP),
        Button("Skriv ut", kind=ButtonKind.QUIET, icon="print"),
        off,
        IconButton("sync", "Synka nu"),
        Link("Varför ser jag detta?"),
        FilterChip("Enhet", (("", "Alla enheter"), ("12", "Avd 12"))),
        Pill("3 nya"),
        Pill("osignerad", Tone.WARNING, icon="unsigned"),
        Pill("vidimerad Lind 16:32", Tone.OK),
        Pill("Kritiskt", Tone.CRITICAL),
        Pill("Sparat lokalt", Tone.OFFLINE),
        Chip("Mölndals stad"),
        CheckBox("Vikt dagligen", checked=True),
        CheckBox("Läkarbesök hjärtsvikt"),
    ):
        flow.addWidget(widget)
    return holder


def fields() -> QWidget:
    """Every kind of field, one of them wrong."""
    wrong = TextField(
        "Dosering (skriv som du tänker)",
        text="1+1+1 i 7 dagr",
        hint="1 tablett morgon, middag och kväll",
    )
    wrong.set_problem("”dagr” förstås inte. Skriv till exempel 1+1+1 i 7 dagar.")
    return _stack(
        "Fields",
        SearchBox("Sök i journalen", shortcut="Ctrl+F"),
        TextField(
            "Läkemedel", text="ibuprofen — tablett 400 mg", hint="Sök på substans eller namn"
        ),
        wrong,
        ChoiceField("Orsak", (("artros", "Artros, höger knä"), ("gikt", "Gikt")), key="artros"),
        DateField("Uppföljning", value=date(2026, 11, 30)),
        SecretField("Lösenord"),
        TextAreaField(
            "Sammanfattning", text="85-årig kvinna som söker på grund av tilltagande andfåddhet."
        ),
    )


STOP = CardModel(
    key="bleeding", level=Level.STOP, title="Blödning och njure",
    text=((
        Run("Med "), strong("apixaban"), Run(" ökar risken för allvarlig blödning. "), strong("eGFR 38"),
        Run(" (2026-11-18) och "), strong("furosemid"), Run(": NSAID kan ge akut njursvikt."),
    ),),
    suggestions=(
        Choice(key="paracetamol", text="Byt till paracetamol 665 mg", number=1),
        Choice(key="gel", text="Lokal diklofenak gel", number=2),
    ),
    links=(Choice(key="why", text="Varför ser jag detta?"), Choice(key="rmr", text="RMR Smärta hos äldre, v 4")),
)  # fmt: skip
OBSERVE = CardModel(
    key="failure", level=Level.OBSERVE, title="Hjärtsvikt",
    text=((Run("NSAID vid hjärtsvikt (I50.9) kan ge vätskeretention."),),),
)  # fmt: skip
INFO = CardModel(
    key="review", level=Level.INFO, title="Läkemedelsgenomgång",
    text=((Run("Senaste genomgången gjordes 2025-09-02."),),),
)  # fmt: skip


def cards() -> QWidget:
    """The three levels of decision support."""
    return _stack("Cards", *(Card(model) for model in (STOP, OBSERVE, INFO)))


def notices() -> QWidget:
    """Two problems where they happened."""
    first, second = Notice(), Notice()
    stack = _stack("Notices", first, second)
    first.show_problem(
        "Remissen kunde inte skickas.", "Den ligger kvar i utkorgen och skickas när kontakten är tillbaka.",
        action="Visa utkorgen",
    )  # fmt: skip
    second.show_problem("Provet är kritiskt.", "Öppna det för att vidimera.", tone=Tone.CRITICAL)
    return stack


MEDICATION_COLUMNS = (
    Column(title="Läkemedel", stretch=5, least=230),
    Column(title="Orsak", stretch=2, least=104, fold=2),
    Column(title="Status", stretch=2, least=120),
    Column(title="Uppföljning", stretch=2, least=106, fold=1),
    Column(title="Risk", width=32),
)


def _drug(
    name: str, rest: str, dose: str, *, brand: str = "", reason: str = "", status: tuple[str, str] = ("Pågående", ""),
    follow: tuple[str, str] = ("—", ""), risk: tuple[str, Tone] = ("", Tone.NEUTRAL), note: str = "", new: bool = False,
) -> Row:  # fmt: skip
    head = [strong(name)]
    if brand:
        head.append(Run(f" {brand}", ink=Ink.QUIET, size=12, keep=True))
    head.extend((Run(" — "), Run(rest, keep=True)))
    lines: Lines = (tuple(head), labelled("DOS", dose))
    if note:
        lines = (*lines, (quiet(note),))
    return Row(
        key=name, name=name, new=new,
        cells=(
            text_cell(*lines), text_cell(reason),
            text_cell((strong(status[0]),), (Run(status[1], ink=Ink.QUIET, size=12, keep=True),)),
            text_cell((quiet(follow[0]),), (quiet(follow[1]),)),
            badge_cell(risk[0], risk[1], said=f"Risk {risk[0]}") if risk[0] else Cell(),
        ),
    )  # fmt: skip


DRUGS = (
    Group(title="Pågående", count=9),
    _drug("apixaban", "tablett 2,5 mg", "1 tablett 2 gånger dagligen", brand="ELIQUIS", reason="Förmaksflimmer",
          status=("Pågående", "sedan 2025-03-02"), follow=("Uppföljning", "2027-01-15"), risk=("B", Tone.WARNING),
          note="Ordinerat av dr Ek, Vc Gårda · kedja 3 ändringar"),
    _drug("bisoprolol", "tablett 2,5 mg", "1 tablett dagligen, morgon", reason="Förmaksflimmer",
          status=("Pågående", "sedan 2025-03-02"), follow=("Uppföljning", "2027-01-15")),
    _drug("furosemid", "tablett 40 mg", "1 tablett dagligen, morgon", reason="Hjärtsvikt", new=True,
          status=("Pågående", "ändrad 2026-11-20"), follow=("Vikt, elektrolyter", "2026-12-01"),
          risk=("K", Tone.NEUTRAL), note="Ändrad av dr Lind: 20 mg → 40 mg"),
    _drug("ramipril", "tablett 5 mg", "1 tablett dagligen, morgon", reason="Hjärtsvikt",
          status=("Pausad", "till 2026-11-25"), follow=("P-Kalium", "2026-12-01"), risk=("N", Tone.NEUTRAL)),
    _drug("metformin", "tablett 500 mg", "1 tablett 2 gånger dagligen", reason="Diabetes typ 2",
          status=("Pågående", "sedan 2019-05-11"), follow=("HbA1c", "2027-02-10"), risk=("N", Tone.WARNING)),
    _drug("paracetamol", "tablett 665 mg, mod. frisättning", "2 tabletter vid behov, högst 6 per dygn",
          brand="ALVEDON", reason="Artros", status=("Pågående", "eget köp, uppgivet 2026-11-19")),
    _drug("omeprazol", "enterokapsel 20 mg", "1 kapsel dagligen, morgon", reason="Reflux"),
    _drug("simvastatin", "tablett 20 mg", "1 tablett dagligen, kväll", reason="Hyperlipidemi"),
    _drug("zopiklon", "tablett 5 mg", "1 tablett till natten vid behov", reason="Sömnstörning"),
)  # fmt: skip


def medication_table() -> Table:
    """The medication list of the mock."""
    table = Table("Läkemedelslista", MEDICATION_COLUMNS, look_ahead=True)
    table.set_rows(DRUGS)
    return table


def medication() -> QWidget:
    """The medication list, too low for all its rows."""
    table = medication_table()
    table.setFixedHeight(360)
    return table


ENTRIES = (
    Entry(
        key="n1", title="Daganteckning", meta="2026-11-22 13:20 · Lind, Anna, Läkare · Avd 12, Sahlgrenska",
        labels=(Label(text="osignerad", tone=Tone.WARNING, icon="unsigned"),), new=True,
        paragraphs=(
            Paragraph(heading="Aktuellt", text="Mår bättre i dag. Mindre andfådd. "
                "Sovit med en kudde. Vikt −1,4 kg sedan i går."),
            Paragraph(heading="Status", text="AT gott. BT 128/74, puls 72 oregelbunden. "
                "Lungor: enstaka rassel basalt höger. Ingen blödning från venpunktion."),
            Paragraph(heading="Bedömning", text="Hjärtsvikt i förbättring på ökad dos furosemid."),
            Paragraph(heading="Åtgärd", text="Vikt dagligen. Elektrolyter i morgon."),
        ),
    ),
    Entry(
        key="n2", title="Omvårdnadsanteckning", meta="2026-11-22 06:40 · Öberg, Maja, Sjuksköterska · Avd 12",
        labels=(Label(text="Sahlgrenska"),),
        paragraphs=(Paragraph(heading="Andning", text="18/min, SpO₂ 95 % utan syrgas. NEWS2 2 (tidigare 4)."),),
    ),
    Entry(
        key="n3", title="Röntgensvar lungor", meta="2026-11-21 16:05 · Röntgen Mölndal",
        labels=(Label(text="vidimerad Lind 16:32", tone=Tone.OK),),
        paragraphs=(Paragraph(text="Stas i regress jämfört med 19 nov. "
            "Inga infiltrat. Ingen blödning, ingen pneumothorax."),),
    ),
    Entry(
        key="n4", title="Hembesök", meta="2026-11-17 10:15 · Nord, Eva, Distriktssköterska · "
        "Mölndals stad, hemsjukvård",
        labels=(Label(text="Mölndals stad"),),
        paragraphs=(Paragraph(heading="Kontaktorsak", text="Tilltagande andfåddhet, benödem. "
            "Vikt 71,2 kg (+3 kg på 10 dagar). Kontakt med Vc Gårda."),),
    ),
    Entry(
        key="n5", title="Telefonkontakt", meta="2026-11-16 09:02 · Ek, Per, Läkare · Vc Gårda", voided=True,
        labels=(Label(text="makulerad Ek 2026-11-16 09:40: fel patient", tone=Tone.NEUTRAL),),
        paragraphs=(Paragraph(heading="Kontaktorsak", text="Önskar förnya recept."),),
    ),
)  # fmt: skip


def journal_list() -> RecordList:
    """The journal of the mock, with a search marked."""
    entries = RecordList("Journal")
    entries.set_entries(ENTRIES)
    entries.set_search("ingen blödning")
    return entries


def journal() -> QWidget:
    """The journal, too low for all its entries."""
    entries = journal_list()
    entries.setFixedHeight(380)
    return entries


def trend_plot() -> Trend:
    """Creatinine and potassium over a month with two medication periods."""
    plot = Trend("Kreatinin och kalium")
    days = (1, 4, 8, 11, 15, 18, 20, 22)
    creatinine = (92, 96, 101, 118, 134, 128, 121, 115)
    potassium = (4.1, 4.2, 4.6, 5.0, 5.4, 5.1, 4.8, 4.6)
    plot.show_series(
        (
            Series(name="P-Kreatinin", unit="µmol/L", low=45, high=90, points=tuple(
                Point(at=datetime(2026, 11, day, tzinfo=UTC), value=float(value), text=str(value))
                for day, value in zip(days, creatinine, strict=True))),
            Series(name="P-Kalium", unit="mmol/L", low=3.5, high=4.4, points=tuple(
                Point(at=datetime(2026, 11, day, tzinfo=UTC), value=value, text=str(value).replace(".", ","))
                for day, value in zip(days, potassium, strict=True))),
        ),
        (
            Period(
                name="ramipril 5 mg",
                start=datetime(2026, 10, 1, tzinfo=UTC),
                end=datetime(2026, 11, 15, tzinfo=UTC),
            ),
            Period(name="furosemid 40 mg", start=datetime(2026, 11, 20, tzinfo=UTC), end=None),
        ),
    )  # fmt: skip
    return plot


def trend() -> QWidget:
    """The trend plot at the height of a panel."""
    plot = trend_plot()
    plot.setFixedHeight(280)
    return plot


def empty() -> QWidget:
    """An empty place with its next step."""
    return Empty(
        "Inga remisser", hint="Patienten har inga remisser, varken inkommande eller utgående.",
        step="Skriv remiss", shortcut="R", icon="letter",
    )  # fmt: skip
