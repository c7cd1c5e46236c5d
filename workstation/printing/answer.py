"""The answer to a referral on paper: what was asked, what is answered, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.domain.entity import EntityState
from workstation.domain.problem import Problem
from workstation.domain.record import Record
from workstation.domain.referral import ReferralAnswer, ReferralState, referral_state
from workstation.domain.referral_words import ANSWERS, TYPES
from workstation.domain.runs import Run
from workstation.domain.texts import _
from workstation.domain.word_diff import Piece, word_diff
from workstation.printing.layout import Block, runs_block, text_block
from workstation.printing.sheet import Sheet, pdf
from workstation.printing.words import attachments_words, labelled, written


class NothingAnswered(Problem):
    """The referral has no answer yet."""


def print_answer(state: EntityState, *, sheet: Sheet) -> bytes:
    """Return the newest answer, with the earlier ones after it, as a PDF.

    Raises:
        NothingAnswered: There is no answer.
    """
    referral = referral_state(state)
    answers = list(reversed(referral.answers))
    if not answers:
        raise NothingAnswered(_("The referral has no answer yet."), _("Wait for the answer."))
    title = _("Answer to referral")
    kind = _(TYPES[referral.request.type])
    blocks = [text_block(f"{title}: {kind}", bold=True, size=14.0)]
    blocks += [text_block(line) for line in _facts(referral)]
    blocks += [
        text_block(_("Question"), bold=True, space=10.0, together=True),
        text_block(referral.request.question),
    ]
    for place, record in enumerate(answers):
        before = answers[place + 1] if place + 1 < len(answers) else None
        blocks += answer_blocks(state, record)
        if place == 0 and before is not None:
            blocks += _changes(before, record)
    newest = answers[0].body
    final = isinstance(newest, ReferralAnswer) and newest.answer == "SSV"
    return pdf(blocks, title=title, sheet=sheet, marks=[] if final else [_("NOT FINAL")])


def _facts(referral: ReferralState) -> list[str]:
    request = referral.request
    facts = [
        (_("To"), written(referral.request_record)),
        (_("From"), referral.receiver_name or referral.receiver),
        (_("Requested"), ", ".join(item.label for item in request.requested)),
    ]
    return [labelled(label, value) for label, value in facts if value]


def answer_blocks(state: EntityState, record: Record) -> list[Block]:
    """Return one answer: its kind, author and text byte for byte, and who has acknowledged it."""
    body = record.body
    if not isinstance(body, ReferralAnswer):
        return []
    heading = f"{_(ANSWERS[body.answer])} {written(record)}"
    blocks = [text_block(heading, bold=True, space=10.0, together=True)]
    if body.changes_meaning:
        said = _("CHANGES THE MEANING of the answer before it, says its author")
        blocks.append(text_block(said, bold=True, space=4.0, framed=True, together=True))
    blocks.append(text_block(body.text))
    if body.conclusion:
        blocks.append(text_block(labelled(_("Conclusion"), body.conclusion), space=4.0))
    if body.attachments:
        blocks.append(text_block(attachments_words(body.attachments), space=4.0))
    seen = state.acknowledged(record.id)
    words = _("Acknowledged {when}").format(when=written(seen)) if seen else _("NOT ACKNOWLEDGED")
    blocks.append(text_block(words, bold=seen is None, space=4.0))
    return blocks


def _changes(before: Record, after: Record) -> list[Block]:
    old, new = before.body, after.body
    if not isinstance(old, ReferralAnswer) or not isinstance(new, ReferralAnswer):
        return []
    pieces = word_diff(old.text, new.text)
    if all(piece.change == "same" for piece in pieces):
        return [text_block(_("The text is the same as in the answer before it."), space=8.0)]
    title = _("Changed since the answer before: [-taken away-] [+added+]")
    heading = text_block(title, bold=True, space=8.0, together=True)
    return [heading, *_lines(pieces)]


def _lines(pieces: Sequence[Piece]) -> list[Block]:
    """Return the changes as paragraphs: a line break of the text begins a new one."""
    lines: list[list[Run]] = [[]]
    for piece in pieces:
        for place, text in enumerate(piece.text.split("\n")):
            if place:
                lines.append([])
            if text:
                lines[-1].append(_marked(piece.change, text))
    return [runs_block(line) for line in lines if line]


def _marked(change: str, text: str) -> Run:
    if change == "gone":
        return Run(f"[-{text}-]")
    return Run(f"[+{text}+]", "strong") if change == "new" else Run(text)
