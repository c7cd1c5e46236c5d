"""Patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workstation.domain.patient import (
    SEXES,
    Address,
    Identifier,
    Patient,
    Protection,
    Relative,
    Sex,
    Telecom,
)
from workstation.domain.values import Coding
from workstation.interop.fhir.links import Links
from workstation.interop.fhir.made import Made
from workstation.interop.fhir.node import Node
from workstation.interop.fhir.source import Resource
from workstation.interop.fhir.values import concept_at, own_words, period_at

INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
_SEX: dict[str, Sex] = {sex: sex for sex in SEXES}
_PROTECTION: dict[str, Protection] = {
    "sekretessmarkering": "sekretessmarkering",
    "skyddadFolkbokforing": "skyddad_folkbokforing",
    "fingerade": "fingerade",
}


def patient(node: Node, links: Links, of: Resource) -> Made:
    """Demographics as one version; names beyond the official one stay in the source text."""
    names = node.children("name")
    official = _best(names)
    former = next(
        (n for n in names if n is not official and n.plain().get("use") == "maiden"), None
    )
    meta = node.child("meta")
    body = Patient(
        identifiers=tuple(_identifier(n) for n in node.children("identifier")),
        family=official.text("family") if official else "",
        given=official.texts("given") if official else (),
        preferred=own_words(official, "name").get("preferred", "") if official else "",
        prefix=" ".join(official.texts("prefix")) if official else "",
        former_family=former.text("family") if former else "",
        birth_date=node.day("birthDate"),
        sex=node.code("gender", _SEX, "unknown"),
        deceased=node.when("deceasedDateTime"),
        is_deceased=bool(node.flag("deceasedBoolean")),
        protection=_protection(meta),
        addresses=tuple(_address(n) for n in node.children("address")),
        telecoms=tuple(_telecom(n) for n in node.children("telecom")),
        relatives=tuple(_relative(n) for n in node.children("contact")),
        language=_language(node),
        interpreter=_needs_interpreter(node),
        extra=_extra(node),
    )
    return Made(kind="patient", body=body, written=meta.when("lastUpdated") if meta else None)


def _best(names: tuple[Node, ...]) -> Node | None:
    """The official name, else the first that is not a former one."""
    for use in ("official", "usual", None):
        for name in names:
            if name.plain().get("use") == use:
                name.read_all("use")
                return name
    return names[0] if names else None


def _protection(meta: Node | None) -> Protection:
    for label in meta.children("security") if meta else ():
        code = label.plain().get("code")
        if isinstance(code, str) and code in _PROTECTION:
            label.read_all("code", "system")
            return _PROTECTION[code]
    return "none"


def is_protected(patient: Mapping[str, Any]) -> bool:
    """Return whether a Patient, as decoded, is marked as having a protected identity."""
    meta = patient.get("meta")
    labels = meta.get("security") if isinstance(meta, dict) else None
    return any(
        label["code"] in _PROTECTION
        for label in (labels if isinstance(labels, list) else ())
        if isinstance(label, dict) and isinstance(label.get("code"), str)
    )


def _identifier(node: Node) -> Identifier:
    return Identifier(
        system=node.text("system"),
        value=node.text("value"),
        period=period_at(node, "period"),
        type=concept_at(node, "type"),
    )


def _address(node: Node) -> Address:
    lines = node.texts("line")
    if not lines and "text" in node:
        lines = (node.text("text"),)
    return Address(
        lines=lines,
        postal_code=node.text("postalCode"),
        city=node.text("city"),
        state=node.text("state"),
        country=node.text("country"),
    )


def _telecom(node: Node) -> Telecom:
    return Telecom(system=node.text("system"), value=node.text("value"), use=node.text("use"))


def _relative(node: Node) -> Relative:
    name = node.child("name")
    relation = next((n for n in node.children("relationship")), None)
    phones = [n for n in node.children("telecom") if n.plain().get("system") == "phone"]
    words = ""
    if relation is not None:
        words = relation.text("text") or next(
            (c.text("display") or c.text("code") for c in relation.children("coding")), ""
        )
    return Relative(
        name=_full_name(name) if name else "",
        relation=words,
        phone=phones[0].text("value") if phones else "",
    )


def _full_name(name: Node) -> str:
    parts = (*name.texts("given"), name.text("family"))
    return name.text("text") or " ".join(part for part in parts if part)


def _language(node: Node) -> str:
    for entry in node.children("communication"):
        found = concept_at(entry, "language")
        if found and found.codings:
            return found.codings[0].code
    return ""


def _needs_interpreter(node: Node) -> bool:
    for inner in node.children("extension"):
        if inner.plain().get("url") == INTERPRETER:
            inner.read_all("url")
            return bool(inner.flag("valueBoolean"))
    return False


def _extra(node: Node) -> tuple[Coding, ...]:
    found = concept_at(node, "maritalStatus")
    return found.codings if found else ()
