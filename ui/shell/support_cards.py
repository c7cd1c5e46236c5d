"""What the rules answered, in words: one card for one clinical problem, with what can be done.

Screens use it for drafts, for the list of medication and for the overview. No Qt.
"""

from __future__ import annotations

import re

from ui.shell.people import shown_number
from ui.shell.problem_words import PROBLEMS
from ui.shell.workspace.form import FormCard, Level
from workstation.decision_support.engine import Engine
from workstation.decision_support.findings import Card, Finding, Used
from workstation.decision_support.suggestions import suggested
from workstation.domain.texts import N_, _
from workstation.domain.values import local_text
from workstation.operations.content_words import age_words
from workstation.operations.support import Checked, InForce, Shown

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])")
_LEVELS: dict[str, Level] = {"critical": "stop", "warning": "observe", "info": "info"}
_LACK = "omission-"
_CATEGORIES = {
    "interaction": N_("Interaction"),
    "contraindication": N_("Contraindication"),
    "renal": N_("Kidney function"),
    "allergy": N_("Hypersensitivity"),
    "duplicate": N_("The same medicine twice"),
    "dose": N_("Dose"),
    "age": N_("Age"),
    "pregnancy": N_("Pregnancy"),
    "lactation": N_("Breast-feeding"),
    "lab": N_("Monitoring"),
    "guideline": N_("Guideline"),
}

_PERSON = {
    "age": N_("Age"),
    "sex": N_("Sex"),
    "weight": N_("Weight"),
    "pregnant": N_("Pregnancy"),
    "breastfeeding": N_("Breast-feeding"),
    "gestational_week": N_("Gestational week"),
}


def is_lack(card: Card) -> bool:
    """Whether the card is of what the list does not hold (START), and so about no row of it."""
    return card.lead.problem.startswith(_LACK)


def title_of(card: Card) -> str:
    """Return the clinical problem in a word or two."""
    lead = card.lead
    if is_lack(card):
        return _("Treatment may be lacking")
    return _(PROBLEMS.get(lead.problem) or _CATEGORIES.get(lead.category, lead.category))


def form_card(shown: Shown, engine: Engine, *, act: bool = True, drug: str = "") -> FormCard:
    """Return a card in words.

    Args:
        act: With what can be done; without it the card only tells.
        drug: Whose row it stands beside, where the card is about one of many.
    """
    card = shown.card
    title = f"{drug}: {title_of(card)}" if drug else title_of(card)
    offers = suggested(card, engine.library) if act and shown.tolerated is None else ()
    text = card.text
    if shown.elsewhere:
        text = f"{text} {_from_elsewhere(shown)}"
    if shown.tolerated is not None:
        text = f"{text} {_tolerated(shown)}"
    return FormCard(
        key=card.key,
        level=_level(shown),
        title=title,
        text=text,
        suggestions=tuple((f"{one.verb}:{one.code}", one.text) for one in offers),
        links=_guidelines(card),
        why=why(card, engine),
    )


def _from_elsewhere(shown: Shown) -> str:
    """Say what is known from another record of the person only."""
    named: dict[str, list[str]] = {}
    for link, what in shown.elsewhere:
        named.setdefault(shown_number(link), []).append(what)
    return " ".join(
        _("From the person's record under {number}: {what}.").format(
            number=number, what=", ".join(dict.fromkeys(what))
        )
        for number, what in named.items()
    )


def _guidelines(card: Card) -> tuple[tuple[str, str], ...]:
    """Return one link: to the guideline, and to the passage of the rule that belongs to it."""
    for finding in card.findings:
        for guideline in finding.guidelines:
            return ((f"guideline:{guideline}|{finding.rule}", _("Guideline")),)
    return ()


def _level(shown: Shown) -> Level:
    """Two levels: what interrupts is a stop, whatever else stands beside is to be observed or known."""
    if shown.interrupts:
        return "stop"
    if shown.tolerated is not None:
        return "info"
    level = _LEVELS[shown.card.lead.severity]
    return "observe" if level == "stop" else level


def _tolerated(shown: Shown) -> str:
    before = shown.tolerated
    assert before is not None
    return _("Accepted by {who} {when}: {reason}").format(
        who=before.who, when=local_text(before.at)[:10], reason=before.reason
    )


def why(card: Card, engine: Engine) -> tuple[str, ...]:
    """Return the facts it rests on with date, then each rule with version, source and evidence."""
    facts = dict.fromkeys(fact_words(used, engine) for f in card.findings for used in f.used)
    rules = dict.fromkeys(_rule_words(finding) for finding in card.findings)
    return (*(f"• {fact}" for fact in facts), *rules)


def fact_words(used: Used, engine: Engine) -> str:
    """Return a fact: what, what it says, from when."""
    library = engine.library
    analyte = library.analytes.get(used.code)
    name = analyte.name if analyte else library.title(used.code)
    if used.code in _PERSON:
        name = _(_PERSON[used.code])
    if name and used.value.casefold().startswith(name.casefold()):
        name = ""
    if not name and not used.value:
        name = used.code
    parts = [part for part in (name, used.value) if part]
    day = f" ({used.on.isoformat()})" if used.on is not None else ""
    return ": ".join(parts) + day


def _rule_words(finding: Finding) -> str:
    grade = " · " + _("evidence {grade}").format(grade=finding.grade) if finding.grade else ""
    return (
        _("Rule {rule} {version} · {source}").format(
            rule=finding.rule, version=finding.version, source=finding.source
        )
        + grade
    )


def form_cards(checked: Checked, engine: Engine) -> tuple[FormCard, ...]:
    """Return every card, those that interrupt first, tolerated ones last."""
    order = sorted(checked.cards, key=lambda s: (not s.interrupts, s.tolerated is not None))
    return tuple(form_card(shown, engine) for shown in order)


def checked_words(checked: Checked | None, in_force: InForce, now: int) -> str:
    """Return what was checked and by what, and what could not be checked. ``now``: ms UTC."""
    if checked is None:
        return _("The rules have not answered yet. Not checked is not safe.")
    done = _("Checked: interactions, kidney, diagnoses, hypersensitivity, duplicates, age, dose.")
    lines = [done] if not checked.cards else []
    if checked.unseen:
        lines.append(_("Could not be checked: {what}").format(what=" ".join(checked.unseen)))
    mark = f", {in_force.mark}" if in_force.mark else ""
    rules = f"{in_force.label}{mark}, {age_words(in_force, now)}"
    lines.append(_("Rules: {rules}.").format(rules=rules))
    return "\n".join(lines)


def marks_of(checked: Checked | None, atc: str) -> tuple[tuple[str, bool], ...]:
    """Return what is said of a medicine on the list, in a sentence each, and whether it is serious.

    What somebody has accepted, and what could not be checked, is no mark. The most serious first.
    """
    found: dict[str, bool] = {}
    for shown in checked.cards if checked is not None else ():
        lead = shown.card.lead
        if atc in shown.card.about and shown.tolerated is None and not lead.unknown:
            said = sentence(lead.text)
            found[said] = found.get(said, False) or lead.severity != "info"
    return tuple(sorted(found.items(), key=lambda pair: not pair[1]))


def sentence(text: str) -> str:
    """Return the first sentence: what is wrong, without what to do in the second."""
    return _SENTENCE.split(text.strip(), maxsplit=1)[0]


def warned_of(checked: Checked | None) -> tuple[tuple[str, bool], ...]:
    """Return what would warn, and whether it would interrupt: the worst first, each once."""
    found: dict[str, bool] = {}
    for shown in checked.cards if checked is not None else ():
        lead = shown.card.lead
        if shown.tolerated is None and not lead.unknown and lead.severity != "info":
            title = title_of(shown.card)
            found[title] = found.get(title, False) or shown.interrupts
    return tuple(sorted(found.items(), key=lambda pair: not pair[1]))


def cards_about(checked: Checked | None, atc: str, engine: Engine) -> tuple[FormCard, ...]:
    """Return the cards that a medicine on the list takes part in."""
    return tuple(
        form_card(shown, engine)
        for shown in (checked.cards if checked is not None else ())
        if atc in shown.card.about
    )
