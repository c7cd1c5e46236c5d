"""What a draft looks like as plain data, and who knows how to finish it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from workstation.domain.ids import EntityId, RecordId
from workstation.domain.runs import Run
from workstation.operations.ports import PatientLine
from workstation.operations.session import Session

Content = Mapping[str, str]
"""A draft: the text of every field by its key. Keys that begin with ``@`` are no fields."""

ENTITY = "@entity"
SEEN = "@seen"


class FieldKind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    AREA = "area"
    CHOICE = "choice"
    DATE = "date"
    CHECK = "check"
    READ = "read"
    PICK = "pick"
    FILES = "files"
    FIND = "find"


Level = Literal["stop", "observe", "info"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Offer:
    """A row of what a FIND field has found. ``text`` stands in the field once it is chosen.

    ``tag``: a word beside it; ``apart``: heads what begins here. ``marks``: what choosing it
    would set off, and whether it would interrupt.
    """

    key: str
    text: str
    title: str
    detail: str = ""
    tag: str = ""
    apart: str = ""
    marks: tuple[tuple[str, bool], ...] = ()


OFFERED = "@offer"
"""In place of a card: somebody has chosen a row of a FIND field."""


@dataclass(frozen=True, kw_only=True, repr=False)
class FormField:
    """One field. ``said`` shows what was typed in words, ``hint`` explains.

    ``beside``: stands on the same line as the field before. ``slash``: a ``/`` at the start of
    a line offers ``Form.terms``. ``choices`` are (key, text); of a LINE they are suggestions, of
    PICK and FILES the text of the field is the chosen keys with a space between. ``offers`` of a
    FIND: the rows under it, and in ``offered`` how many of how many. ``bundles`` of
    a PICK: (name, keys) that are ticked together.
    """

    key: str
    label: str
    kind: FieldKind = FieldKind.LINE
    choices: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    hint: str = ""
    said: tuple[Run, ...] = ()
    rows: int = 3
    beside: bool = False
    slash: bool = False
    bundles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    offers: tuple[Offer, ...] = ()
    offered: str = ""


@dataclass(frozen=True, kw_only=True)
class FormAction:
    """A way to finish, or a step of ``Continues``. ``main``: the one action of the form."""

    key: str
    text: str
    shortcut: str = ""
    main: bool = False


@dataclass(frozen=True, kw_only=True, repr=False)
class FormCard:
    """What the rules say of the draft: one clinical problem.

    ``suggestions`` and ``links`` are (key, text). ``why``: the facts it rests on and its source,
    shown when asked for.
    """

    key: str
    level: Level
    title: str
    text: str
    suggestions: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, repr=False)
class Taken:
    """What taking a suggestion means: new content here, another draft, and where to go on."""

    content: Content | None = None
    begin: tuple[str, Content] | None = None
    focus: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class Form:
    """A draft as it is drawn. ``terms`` are sökord that ``/`` offers; ``remark`` stands last.

    ``phrases``: what ``.name`` and a space become.

    ``cards`` stand before the field ``cards_before``, where one is named, else after all.
    ``begin_in``: the field one begins in while it is empty, else the first that is.
    """

    title: str
    detail: str = ""
    fields: tuple[FormField, ...]
    actions: tuple[FormAction, ...]
    terms: tuple[str, ...] = ()
    phrases: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    cards: tuple[FormCard, ...] = ()
    cards_before: str = ""
    begin_in: str = ""


@dataclass(frozen=True, kw_only=True, repr=False)
class DraftContext:
    """Whose draft it is and with what it is finished."""

    patient: PatientLine
    session: Session


class Writer(Protocol):
    """Knows one kind of draft: how it is drawn, and what each action does."""

    @property
    def name(self) -> str:
        """Stands in the kept draft; never changes."""
        ...

    def form(self, content: Content, context: DraftContext) -> Form:
        """Return how the draft is drawn now. Pure and fast: called on every key."""
        ...

    async def act(self, action: str, content: Content, context: DraftContext) -> str:
        """Do it; return what was done, to show. The draft is forgotten afterwards.

        Raises:
            Problem: Nothing was stored; the draft stays as it is.
        """
        ...


@runtime_checkable
class Suggests(Protocol):
    """A writer whose cards offer something to do."""

    async def taken(self, card: str, choice: str, content: Content, context: DraftContext) -> Taken:
        """Return what a suggestion of a card does; an empty answer where it is no longer there."""
        ...


@runtime_checkable
class LooksAhead(Protocol):
    """A writer who finds out, beside the typing, what the rows of a FIND field would mean."""

    async def look_ahead(self, content: Content, context: DraftContext) -> bool:
        """Find out about a few of them; return whether there is more to draw than before."""
        ...


@runtime_checkable
class Rewrites(Protocol):
    """A writer for whom one answer changes what else is asked."""

    def rewritten(self, content: Content, key: str, value: str) -> Content:
        """Return the whole content once ``key`` has become ``value``."""
        ...

    def with_term(self, content: Content, after: str, term: str) -> tuple[Content, str]:
        """Return the content with a sökord put in behind a field, and the field to go on in."""
        ...


@runtime_checkable
class Prepares(Protocol):
    """A writer who reads something of the record once a draft has begun."""

    async def prepared(self, content: Content, context: DraftContext) -> Content:
        """Return what the draft says with what was read; what is typed meanwhile stays."""
        ...


@runtime_checkable
class Continues(Protocol):
    """A writer with actions that do not finish the draft: to fetch, to attach."""

    @property
    def steps(self) -> frozenset[str]:
        """The keys of those actions."""
        ...

    async def step(self, action: str, content: Content, context: DraftContext) -> Content:
        """Do it; return what the draft says now.

        Raises:
            Problem: Nothing was changed.
        """
        ...


def entity_in(content: Content) -> EntityId | None:
    """Return the entity that the draft builds on."""
    text = content.get(ENTITY, "")
    return EntityId(UUID(text)) if text else None


def seen_in(content: Content) -> tuple[RecordId, ...]:
    """Return the versions that the draft's author had before them."""
    return tuple(RecordId(UUID(part)) for part in content.get(SEEN, "").split() if part)


def basis(entity: EntityId, seen: tuple[RecordId, ...]) -> dict[str, str]:
    """Return the content that pins a draft to what it builds on."""
    return {ENTITY: str(entity), SEEN: " ".join(str(head) for head in seen)}
