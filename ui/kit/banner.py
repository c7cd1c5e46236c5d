"""The patient banner: who this is, and what must never be overlooked.

It is never covered, never scrolled away and never on a screen with several patients. It says what
its model says; what may be shown of a protected identity is decided before it gets here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.attribute import Attribute
from ui.kit.flow import FlowLayout
from ui.kit.paint import rule
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
    UMI = "umi"
    BLOCKED = "blocked"
    CONSENT = "consent"
    PROTECTED = "protected"
    DECEASED = "deceased"


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
class BannerModel:
    """Texts ready to draw. Dates are ``yyyy-MM-dd``; empty means not known or not shown."""

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
    protected: str = ""
    deceased: str = ""  # date of death


def full_name(family: str, given: str) -> str:
    """Return ``FAMILY, Given`` as it stands wherever a patient is named."""
    return ", ".join(part for part in (family.upper(), given) if part)


class Banner(QWidget):
    """Draw a ``BannerModel``; ``part_clicked`` carries a ``Part`` value."""

    part_clicked = Signal(str)

    def __init__(self, model: BannerModel | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._deceased = False
        outer = QHBoxLayout(self)
        outer.setContentsMargins(12, 8, 12, 8)
        outer.setSpacing(24)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(3)
            column.setContentsMargins(0, 0, 0, 0)
        self._identity = FlowLayout(across=10, down=2)
        self._clinical = FlowLayout(across=10, down=2)
        self._marks = FlowLayout(across=8, down=2, right=True)
        self._consent = FlowLayout(across=8, down=2, right=True)
        left.addLayout(self._identity)
        left.addLayout(self._clinical)
        right.addLayout(self._marks)
        right.addLayout(self._consent)
        left.addStretch(1)
        right.addStretch(1)
        outer.addLayout(left, 3)
        outer.addLayout(right, 1)
        if model is not None:
            self.show_patient(model)

    def show_patient(self, model: BannerModel) -> None:
        """Draw this patient; nothing of the one before remains."""
        for layout in (self._identity, self._clinical, self._marks, self._consent):
            while (item := layout.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.setParent(None)
                    widget.deleteLater()
        self._deceased = bool(model.deceased)
        self.setAccessibleName(
            _("Patient {name}").format(name=full_name(model.family, model.given))
        )
        self._fill_identity(model)
        self._fill_clinical(model)
        self._fill_marks(model)
        self.updateGeometry()
        self.update()

    def _add(self, layout: FlowLayout, part: Part, attribute: Attribute) -> None:
        attribute.setParent(self)
        attribute.clicked.connect(lambda: self.part_clicked.emit(part.value))
        layout.addWidget(attribute)
        attribute.show()

    def _fill_identity(self, model: BannerModel) -> None:
        name = [Run(model.family.upper(), strong=True, size=Size.NAME)]
        if model.given:
            name.append(Run(f", {model.given}", size=Size.NAME))
        if model.preferred:
            name.append(quiet("  " + _("called {name}").format(name=model.preferred)))
        self._add(self._identity, Part.NAME, Attribute(name))
        born = [quiet(_("Born") + "\u00a0\u00a0"), strong(model.born or _("Not known"))]
        if model.age:
            born.append(quiet(f"\u00a0({model.age})"))
        self._add(self._identity, Part.BORN, Attribute(born))
        if model.deceased:
            died = [strong(_("Deceased")), Run(f"\u00a0\u00a0{model.deceased}", strong=True)]
            self._add(self._identity, Part.DECEASED, Attribute(died))
        self._add(self._identity, Part.SEX, Attribute([strong(model.sex or _("Sex not known"))]))
        number = [strong(model.identity or _("No identity number"))]
        if model.identity_label:
            number.insert(0, quiet(model.identity_label + "\u00a0\u00a0"))
        self._add(self._identity, Part.IDENTITY, Attribute(number))

    def _fill_clinical(self, model: BannerModel) -> None:
        self._add(self._clinical, Part.HYPERSENSITIVITY, _hypersensitivity(model))
        for fact in model.facts:
            runs = [quiet(fact.label + "\u00a0\u00a0"), strong(fact.value)]
            if fact.detail:
                runs.append(quiet("\u00a0\u00a0" + fact.detail))
            self._add(self._clinical, Part.FACT, Attribute(runs))
        if model.contact:
            contact = [quiet(_("Care contact") + "\u00a0\u00a0"), strong(model.contact)]
            self._add(self._clinical, Part.CONTACT, Attribute(contact))

    def _fill_marks(self, model: BannerModel) -> None:
        if model.protected:
            protected = Attribute(badge=model.protected, icon="lock", tone=Tone.WARNING, solid=True)
            self._add(self._marks, Part.PROTECTED, protected)
        if model.umi:
            umi = Attribute(badge=_("UMI"), icon="warning", tone=Tone.CRITICAL)
            self._add(self._marks, Part.UMI, umi)
        if model.blocked:
            self._add(self._marks, Part.BLOCKED, Attribute(badge=model.blocked, icon="blocked"))
        if model.consent:
            self._add(self._consent, Part.CONSENT, Attribute([quiet(model.consent)]))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        painter, tokens = QPainter(self), tokens_of(self)
        painter.fillRect(self.rect(), QColor(tokens.surface if self._deceased else tokens.raised))
        if self._deceased:
            # Another colour and a pattern: told apart without seeing colours.
            brush = QBrush(QColor(tokens.line), Qt.BrushStyle.BDiagPattern)
            painter.fillRect(self.rect(), brush)
        rule(painter, 0, self.width(), self.height() - 1, tokens.line)


def _hypersensitivity(model: BannerModel) -> Attribute:
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
    runs: list[Run] = []
    if kind is Hypersensitivity.KNOWN:
        for agent in model.agents:
            if runs:
                runs.append(quiet(" · "))
            runs.append(strong(agent.name))
            if agent.detail:
                runs.append(Run(f" {agent.detail}", ink=Ink.TEXT, size=Size.SMALL))
    return Attribute(
        runs, lead=[quiet(_("Hypersensitivity"))], badge=word, icon=icon, tone=tone, solid=solid
    )
