"""The patient banner: who this is, and what must never be overlooked.

It is never covered, never scrolled away and never on a screen with several patients. It says what
its model says; what may be shown of a protected identity is decided before it gets here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.attribute import Attribute, Said
from ui.kit.flow import FlowLayout
from ui.kit.guard import guarded
from ui.kit.paint import key_text, rule
from ui.kit.textrun import Ink, Run, quiet, strong
from ui.theme.palette import tokens_of
from ui.theme.tokens import Tone
from ui.theme.typography import Size
from workstation.domain.texts import _


class Hypersensitivity(StrEnum):
    """Four different things, with four different marks."""

    KNOWN = "known"
    NONE_KNOWN = "none-known"
    NOT_ASKED = "not-asked"
    UNAVAILABLE = "unavailable"


class Part(StrEnum):
    """What of the banner was pressed."""

    NAME = "name"
    BORN = "born"
    SEX = "sex"
    IDENTITY = "identity"
    HYPERSENSITIVITY = "hypersensitivity"
    FACT = "fact"
    CONTACT = "contact"
    LINK = "link"
    UMI = "umi"
    BLOCKED = "blocked"
    CONSENT = "consent"
    CONSENT_GIVEN = "consent-given"
    PROTECTED = "protected"
    DECEASED = "deceased"
    EMERGENCY = "emergency"
    EMERGENCY_CLOSE = "emergency-close"


@dataclass(frozen=True, kw_only=True, repr=False)
class Fact:
    """A value worth a place in the banner: ``eGFR``, ``38 mL/min``, ``2026-11-18``."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class Agent:
    """What the patient is hypersensitive to, and how: ``penicillin``, ``livshotande, konstaterad``."""

    name: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class Link:
    """Another record of the same person: ``key`` is what opening it asks for."""

    key: str
    text: str


@dataclass(frozen=True, kw_only=True, repr=False)
class BannerModel:
    """Texts ready to draw. Dates are ``yyyy-MM-dd``; empty means not known or not shown.

    ``linked_agents``: what only a linked record says the patient is hypersensitive to;
    ``linked_unread``: that could not be read, or not all of it.
    """

    family: str
    given: str = ""
    preferred: str = ""
    born: str = ""
    age: str = ""
    sex: str = ""
    identity: str = ""
    identity_label: str = ""  # "Reservnummer"; empty for a personnummer
    hypersensitivity: Hypersensitivity = Hypersensitivity.UNAVAILABLE
    agents: Sequence[Agent] = field(default_factory=tuple)
    facts: Sequence[Fact] = field(default_factory=tuple)
    contact: str = ""
    umi: bool = False
    blocked: str = ""
    consent: str = ""
    consent_way: str = ""  # what one key does about it
    protected: str = ""
    deceased: str = ""  # date of death
    links: Sequence[Link] = field(default_factory=tuple)
    linked_agents: Sequence[Agent] = field(default_factory=tuple)
    linked_unread: bool = False
    emergency: str = ""  # until when it is open in an emergency
    emergency_note: str = ""


EMERGENCY_KEY = "Ctrl+Shift+N"
PRIVACY_KEY = "Ctrl+Shift+B"
CONSENT_KEY = "Ctrl+Shift+M"
LINK_KEY = "Ctrl+J"
_Shown = tuple[Part, Said]
_ROOMY = 900  # pixels


def full_name(family: str, given: str) -> str:
    """Return ``FAMILY, Given`` as it stands wherever a patient is named."""
    return ", ".join(part for part in (family.upper(), given) if part)


@guarded
class Banner(QWidget):
    """Draw a ``BannerModel``; ``part_clicked`` carries a ``Part`` value.

    ``link_wanted`` carries the key of the record to open, by a press or by ``LINK_KEY``.
    """

    part_clicked = Signal(str)
    link_wanted = Signal(str)

    def __init__(self, model: BannerModel | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._deceased = self._narrow = False
        self._consent_of: BannerModel | None = None
        self._parts: dict[Attribute, Part] = {}
        self._links: Sequence[Link] = ()
        self._before_links = 0
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 8)
        outer.setSpacing(3)
        self._identity = FlowLayout(across=10, down=2)
        self._clinical = FlowLayout(across=10, down=2)
        self._marks = FlowLayout(across=8, down=2, right=True)
        self._consent = FlowLayout(across=8, down=2, right=True)
        self._others = FlowLayout(across=10, down=2)
        # Each line has the whole width but for what stands at its own end.
        for left, right in ((self._identity, self._marks), (self._clinical, self._consent)):
            line = QHBoxLayout()
            line.setSpacing(24)
            line.addLayout(left, 1)
            line.addLayout(right)
            outer.addLayout(line)
        outer.addLayout(self._others)
        key = QShortcut(QKeySequence(LINK_KEY), self)
        key.activated.connect(lambda: self._open_link(0))
        if model is not None:
            self.show_patient(model)

    def show_patient(self, model: BannerModel) -> None:
        """Draw this patient; nothing of the one before remains."""
        self._deceased = bool(model.deceased)
        self.setAccessibleName(
            _("Patient {name}").format(name=full_name(model.family, model.given))
        )
        self._put(self._identity, _identity(model))
        self._put(self._clinical, _clinical(model))
        self._links = tuple(model.links)
        opened = _emergency(model)
        self._before_links = len(opened)
        self._put(self._others, [*opened, *_links(model)])
        self._put(self._marks, _marks(model))
        self._consent_of = model
        self._put(self._consent, _consent(model, narrow=self._narrow))
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        super().resizeEvent(event)
        narrow = event.size().width() < _ROOMY
        if narrow is self._narrow:
            return
        self._narrow = narrow
        if self._consent_of is not None:
            self._put(self._consent, _consent(self._consent_of, narrow=narrow))
            self.updateGeometry()

    def render_state(self, make: Callable[[], BannerModel]) -> None:
        """Draw what ``make`` returns; where it fails no banner and no record is shown."""
        self.show_patient(make())

    def _put(self, layout: FlowLayout, wanted: list[_Shown]) -> None:
        """Let the attributes that are there say this; make those that lack, delete what is over."""
        while layout.count() > len(wanted):
            item = layout.takeAt(layout.count() - 1)
            widget = item.widget() if item is not None else None
            if isinstance(widget, Attribute):
                del self._parts[widget]
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        for number, (part, said) in enumerate(wanted):
            item = layout.itemAt(number)
            attribute = item.widget() if item is not None else self._made(layout, said)
            assert isinstance(attribute, Attribute)
            self._parts[attribute] = part
            attribute.say(said)

    def _made(self, layout: FlowLayout, said: Said) -> Attribute:
        attribute = Attribute(said, self)
        attribute.clicked.connect(lambda: self._pressed(attribute))
        layout.addWidget(attribute)
        return attribute

    def _pressed(self, attribute: Attribute) -> None:
        part = self._parts[attribute]
        if part is Part.LINK:
            self._open_link(self._others.indexOf(attribute) - self._before_links)
        else:
            self.part_clicked.emit(part.value)

    def _open_link(self, number: int) -> None:
        if number < len(self._links):
            self.link_wanted.emit(self._links[number].key)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        painter.fillRect(self.rect(), QColor(tokens.surface if self._deceased else tokens.raised))
        if self._deceased:
            # Another colour and a pattern: told apart without seeing colours.
            brush = QBrush(QColor(tokens.line), Qt.BrushStyle.BDiagPattern)
            painter.fillRect(self.rect(), brush)
        rule(painter, 0, self.width(), self.height() - 1, tokens.line)


def _identity(model: BannerModel) -> list[_Shown]:
    name = [Run(model.family.upper(), strong=True, size=Size.NAME)]
    if model.given:
        name.append(Run(f", {model.given}", size=Size.NAME))
    if model.preferred:
        name.append(quiet("  " + _("called {name}").format(name=model.preferred)))
    born = [quiet(_("Born") + "\u00a0\u00a0"), strong(model.born or _("Not known"))]
    age = [quiet(f"\u00a0({model.age})")] if model.age else []
    if not model.deceased:
        born.extend(age)
    shown = [(Part.NAME, _line(name)), (Part.BORN, _line(born))]
    if model.deceased:
        died = [strong(_("Deceased")), Run(f"\u00a0\u00a0{model.deceased}", strong=True), *age]
        shown.append((Part.DECEASED, _line(died)))
    shown.append((Part.SEX, _line([strong(model.sex or _("Sex not known"))])))
    number = [strong(model.identity or _("No identity number"))]
    if model.identity_label:
        number.insert(0, quiet(model.identity_label + "\u00a0\u00a0"))
    shown.append((Part.IDENTITY, _line(number)))
    return shown


def _clinical(model: BannerModel) -> list[_Shown]:
    shown = [(Part.HYPERSENSITIVITY, _hypersensitivity(model))]
    for fact in model.facts:
        runs = [quiet(fact.label + "\u00a0\u00a0"), strong(fact.value)]
        if fact.detail:
            runs.append(quiet("\u00a0\u00a0" + fact.detail))
        shown.append((Part.FACT, _line(runs)))
    if model.contact:
        # Long, it wraps between words: the label is never parted from what it is the label of.
        place = Run(model.contact, strong=True)
        contact = [quiet(_("Care contact") + "\u00a0\u00a0"), place]
        shown.append((Part.CONTACT, _line(contact)))
    return shown


def _emergency(model: BannerModel) -> list[_Shown]:
    if not model.emergency:
        return []
    opened = Said(
        badge=model.emergency,
        icon="unlocked",
        tone=Tone.CRITICAL,
        solid=True,
        line=(quiet(model.emergency_note),) if model.emergency_note else (),
    )
    key = (quiet(key_text(EMERGENCY_KEY)),)
    close = Said(badge=_("Close"), icon="close", line=key)
    return [(Part.EMERGENCY, opened), (Part.EMERGENCY_CLOSE, close)]


def _links(model: BannerModel) -> list[_Shown]:
    shown: list[_Shown] = []
    for number, link in enumerate(model.links):
        runs = [strong(link.text)]
        if number == 0:
            runs.append(quiet("\u00a0\u00a0" + key_text(LINK_KEY)))
        said = Said(badge=_("Linked record"), icon="link", tone=Tone.WARNING, line=tuple(runs))
        shown.append((Part.LINK, said))
    return shown


def _marks(model: BannerModel) -> list[_Shown]:
    shown: list[_Shown] = []
    if model.protected:
        protected = Said(badge=model.protected, icon="lock", tone=Tone.WARNING, solid=True)
        shown.append((Part.PROTECTED, protected))
    if model.umi:
        shown.append((Part.UMI, Said(badge=_("UMI"), icon="warning", tone=Tone.CRITICAL)))
    if model.blocked:
        shown.append((Part.BLOCKED, Said(badge=model.blocked, icon="blocked")))
    return shown


def _consent(model: BannerModel, *, narrow: bool) -> list[_Shown]:
    """Return what is known of consent; its button only where it takes no room from an allergy.

    The key does it in any room, and what is known of consent opens where it is written.
    """
    shown: list[_Shown] = []
    if model.consent:
        shown.append((Part.CONSENT, Said(line=(quiet(model.consent),))))
    if model.consent_way and not narrow:
        key = (quiet(key_text(CONSENT_KEY)),)
        shown.append((Part.CONSENT_GIVEN, Said(badge=model.consent_way, icon="consent", line=key)))
    return shown


def _line(runs: Sequence[Run]) -> Said:
    return Said(line=tuple(runs))


def _hypersensitivity(model: BannerModel) -> Said:
    kind = model.hypersensitivity
    word, icon, tone, solid = {
        Hypersensitivity.KNOWN: (_("Known"), "allergy", Tone.CRITICAL, True),
        Hypersensitivity.NONE_KNOWN: (_("None known"), "check", Tone.OK, False),
        Hypersensitivity.NOT_ASKED: (_("Not asked"), "question", Tone.WARNING, False),
        Hypersensitivity.UNAVAILABLE: (
            _("Could not be fetched"),
            "unavailable",
            Tone.OFFLINE,
            False,
        ),
    }[kind]
    runs = _agents(model.agents) if kind is Hypersensitivity.KNOWN else []
    if model.linked_agents:
        if kind is not Hypersensitivity.KNOWN:
            # Never a calm mark beside what the person's other record warns of.
            word, icon, tone, solid = _("In linked record"), "allergy", Tone.CRITICAL, True
        more = strong(_("See also the linked record:") + " ")
        runs = [*runs, *([quiet(" · ")] if runs else []), more, *_agents(model.linked_agents)]
    elif model.linked_unread:
        unread = strong(_("The linked record could not be read"))
        runs = [*runs, *([quiet(" · ")] if runs else []), unread]
    return Said(
        line=tuple(runs),
        lead=(quiet(_("Hypersensitivity")),),
        badge=word,
        icon=icon,
        tone=tone,
        solid=solid,
    )


def _agents(agents: Sequence[Agent]) -> list[Run]:
    runs: list[Run] = []
    for agent in agents:
        if runs:
            runs.append(quiet(" · "))
        runs.append(strong(agent.name))
        if agent.detail:
            runs.append(Run(f" {agent.detail}", ink=Ink.TEXT, size=Size.SMALL))
    return runs
