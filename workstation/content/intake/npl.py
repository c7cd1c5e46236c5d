"""NPL and NSL: the Swedish register of medicinal products and of substances.

NPL comes as one file of XML for each product (``npl:medprod``, schema 12), with codes in
attributes ``v`` and substances named by their NSL id; NSL gives the substances their names.
Source: npl.mpa.se and nsl.mpa.se; all of it is public.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from workstation.content.intake.report import Report, child, inside, local, xml_root
from workstation.content.source import Product

_ATC = re.compile(r"^[A-Z]\d{2}[A-Z]{2}\d{2}$")
_ACTIVE = "ACTI"
_FORMS = {
    "TABL": ("tablett", "oral"),
    "FILM": ("filmdragerad tablett", "oral"),
    "DEPO": ("depottablett", "oral"),
    "KAPS": ("kapsel", "oral"),
    "CAPS": ("kapsel", "oral"),
    "ORDRSO": ("orala droppar", "oral"),
    "INJ": ("injektionsvätska", "intravenous"),
    "INF": ("infusionsvätska", "intravenous"),
    "KRAM": ("kräm", "cutaneous"),
    "SALV": ("salva", "cutaneous"),
    "GEL": ("gel", "cutaneous"),
    "EYEDRP": ("ögondroppar", "ocular"),
    "INHPUL": ("inhalationspulver", "inhalation"),
}
"""Forms by code of the register, from the codes seen; others keep their code and are told."""


def read_nsl(raw: bytes, name: str, report: Report) -> dict[str, str]:
    """Return Swedish names by NSL id.

    A substance is any element ``substance`` with an id; its name is the recommended Swedish
    one where it is marked, else the first in Swedish, else the first.

    Raises:
        ContentProblem: It is no XML.
    """
    names: dict[str, str] = {}
    for element in inside(xml_root(raw, name), "substance"):
        key = element.get("id") or element.get("nslid") or _value(child(element, "nslid"))
        found = _swedish(element)
        if key and found:
            names[key] = found
            report.kept("substance")
        else:
            report.not_understood(f"{name}: {key or '?'}", "substance without id or name")
    return names


def read_npl(
    files: Iterable[tuple[str, bytes]], substances: Mapping[str, str], report: Report
) -> list[Product]:
    """Return one product for each ATC code on the market, in its commonest form.

    Raises:
        ContentProblem: A file is no XML.
    """
    found: dict[str, list[Product]] = {}
    for name, raw in files:
        product = _product(xml_root(raw, name), name, substances, report)
        if product is not None:
            found.setdefault(product.atc, []).append(product)
            report.kept("product")
    return [_commonest(found[atc]) for atc in sorted(found)]


def _commonest(products: list[Product]) -> Product:
    forms = Counter(product.form for product in products)
    return max(products, key=lambda product: forms[product.form])


def _product(
    root: Element, name: str, substances: Mapping[str, str], report: Report
) -> Product | None:
    if local(root.tag) != "medprod":
        report.not_understood(name, f"root element {local(root.tag)}")
        return None
    nplid = _value(next(iter(inside(root, "nplid")), None))
    place = nplid or name
    atc = _value(next(iter(inside(root, "atc-code-lx")), None))
    if atc.startswith("Q") or _value(next(iter(inside(root, "salesstopped")), None)) == "Y":
        report.kept("left out: veterinary or no longer sold")
        return None
    if _ATC.match(atc) is None:
        report.not_understood(place, "no ATC code of a substance")
        return None
    form, route = _form(root, place, report)
    title = _title(root, substances, place, report)
    return Product(
        atc=atc,
        name=title,
        form=form,
        strength=_value(next(iter(inside(root, "strength-text")), None)),
        route=route,
        source=f"NPL {nplid}",
    )


def _form(root: Element, place: str, report: Report) -> tuple[str, str]:
    code = _value(next(iter(inside(root, "pharmaceutical-form-lx")), None))
    known = _FORMS.get(code) or next((v for k, v in _FORMS.items() if code.startswith(k)), None)
    if known is None:
        report.not_understood(place, f"form {code or 'missing'}")
        return code, ""
    return known


def _title(root: Element, substances: Mapping[str, str], place: str, report: Report) -> str:
    """Return the active substances by name, else the product's own name."""
    ids = [
        _value(child(one, "substance-lx"))
        for one in inside(root, "ingredient")
        if _value(child(one, "ingredient-role-lx")) == _ACTIVE
    ]
    for lost in (one for one in ids if one not in substances):
        report.not_understood(place, f"substance {lost} is not in NSL")
    named = [substances[one] for one in ids if one in substances]
    if named and len(named) == len(ids):
        return "/".join(dict.fromkeys(named))
    return _value(next(iter(inside(root, "medprodname")), None)) or place


def _value(element: Element | None) -> str:
    """Return an element's value: attribute ``v``, its child ``v``, or its text."""
    if element is None:
        return ""
    inner = child(element, "v")
    text = element.get("v") or (inner.text if inner is not None else element.text) or ""
    return text.strip()


def _swedish(element: Element) -> str:
    names = [
        (one, (one.get("v") or "".join(one.itertext())).strip())
        for one in element.iter()
        if local(one.tag).endswith("name")
    ]
    names = [(one, text) for one, text in names if text]
    for wanted in ("recommended", "lang"):
        for one, text in names:
            if one.get(wanted, "").casefold() in ("y", "true", "sv"):
                return text
    return names[0][1] if names else ""
