"""Registers of others, tried on made-up files in their published structure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from workstation.cli.content import command
from workstation.content import checking, shipped
from workstation.content.cases import facts_from
from workstation.content.intake.fest import read_fest
from workstation.content.intake.npl import read_npl, read_nsl
from workstation.content.intake.report import Report
from workstation.content.intake.tables import read_table
from workstation.content.library import engine_of
from workstation.content.patches import AS_OF
from workstation.content.source import ContentProblem, read
from workstation.domain.problem import Problem

NSL = """<substances xmlns="urn:nsl:1">
 <substance id="IDE4POBTU9XAPVERT1"><name lang="en">Warfarin sodium</name>
  <name lang="sv">Warfarinnatrium</name></substance>
 <substance><name>Namnlös</name></substance>
</substances>"""


def _product(
    *,
    nplid: str,
    atc: str,
    form: str = "TABL",
    substance: str = "IDE4POBTU9XAPVERT1",
    more: str = "",
) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<npl:medprod xmlns:npl="urn:schemas-npl:instance:12" xmlns:mpa="urn:schemas-npl:mpa:12">
 <npl:identifiers><mpa:nplid v="{nplid}"/></npl:identifiers>
 <npl:names><mpa:medprodname><mpa:v>Hittepå</mpa:v></mpa:medprodname></npl:names>
 <mpa:atc-code-lx v="{atc}"/>{more}
 <mpa:pharmaceutical-form-lx v="{form}"/>
 <mpa:strength-text><mpa:v>2,5 mg</mpa:v></mpa:strength-text>
 <npl:ingredient><mpa:ingredient-role-lx v="ACTI"/><mpa:substance-lx v="{substance}"/></npl:ingredient>
</npl:medprod>""".encode()


FEST = """<FEST xmlns="http://www.kith.no/xmlstds/eresept/m30/2014-12-01"><KatInteraksjon>
 <OppfInteraksjon><Id>ID_1</Id><Interaksjon><Id>ID_AB1</Id>
  <Relevans V="1" DN="Bør unngås"/><KliniskKonsekvens>Økt blødning</KliniskKonsekvens>
  <Handtering>Velg et annet</Handtering><Kildegrunnlag V="4" DN="Kliniske studier"/>
  <Substansgruppe><Substans><Substans>warfarin</Substans><Atc V="B01AA03"/></Substans></Substansgruppe>
  <Substansgruppe><Substans><Substans>diklofenak</Substans><Atc V="M01AB05"/></Substans>
   <Substans><Substans>naproksen</Substans><Atc V="M01AE02"/></Substans></Substansgruppe>
 </Interaksjon></OppfInteraksjon>
 <OppfInteraksjon><Id>ID_2</Id><Interaksjon><Id>ID_AB2</Id><Relevans V="2"/>
  <KliniskKonsekvens>Mindre effekt</KliniskKonsekvens>
  <SituasjonsKriterium>Gjelder bare høye doser</SituasjonsKriterium>
  <Substansgruppe><Substans><Atc V="C03CA01"/></Substans></Substansgruppe>
  <Substansgruppe><Substans><Atc V="M01AE01"/></Substans></Substansgruppe>
 </Interaksjon></OppfInteraksjon>
 <OppfInteraksjon><Id>ID_3</Id><Interaksjon><Id>ID_AB3</Id><Relevans V="3"/>
  <Substansgruppe><Substans><Substans>grapefrukt</Substans></Substans></Substansgruppe>
  <Substansgruppe><Substans><Atc V="C10AA01"/></Substans></Substansgruppe>
 </Interaksjon></OppfInteraksjon>
 <OppfInteraksjon><Id>ID_4</Id><Interaksjon><Id>ID_AB4</Id><Relevans V="9"/></Interaksjon></OppfInteraksjon>
 <OppfInteraksjon><Id>ID_5</Id><InteraksjonIkkeVurdert><Atc V="L01XX99"/></InteraksjonIkkeVurdert></OppfInteraksjon>
 <OppfInteraksjon><Id>ID_6</Id></OppfInteraksjon>
</KatInteraksjon></FEST>"""

SIL = """id;ATC A;ATC B;Klass;Konsekvens;Rekommendation;Situation;Färg
1;B01AA03;M01AB05|M01AE02;D4;Ökad blödningsrisk;Undvik;;röd
2;C07AB02;N06AB05;C3;Ökad effekt;Lägre dos;;gul
3;A10BA02;J01CA04;A0;Ingen;;;grön
4;C03CA01;M01AE01;C2;Sämre effekt;;Höga doser;gul
5;XYZ;M01AE01;C2;;;;gul
6;C03CA01;M01AE01;Q;;;;gul
"""


def test_products_by_substance_in_their_commonest_form() -> None:
    report = Report()
    substances = read_nsl(NSL.encode(), "nsl.xml", report)
    files = [
        ("a.xml", _product(nplid="1", atc="B01AA03", form="INJ")),
        ("b.xml", _product(nplid="2", atc="B01AA03")),
        ("c.xml", _product(nplid="3", atc="B01AA03")),
        ("d.xml", _product(nplid="4", atc="QB01AA03")),
        ("e.xml", _product(nplid="5", atc="C03", form="TABL")),
        ("f.xml", _product(nplid="6", atc="N02BE01", form="MYSTISK", substance="OKÄND")),
        ("g.xml", _product(nplid="7", atc="C07AB02", more='<mpa:salesstopped v="Y"/>')),
        ("h.xml", b"<annat/>"),
    ]
    products = read_npl(files, substances, report)

    assert [(one.atc, one.name, one.form, one.route) for one in products] == [
        ("B01AA03", "Warfarinnatrium", "tablett", "oral"),
        ("N02BE01", "Hittepå", "MYSTISK", ""),
    ]
    assert products[0].strength == "2,5 mg"
    assert products[0].source == "NPL 2"
    assert report.lost == [
        ("nsl.xml: ?", "substance without id or name"),
        ("5", "no ATC code of a substance"),
        ("6", "form MYSTISK"),
        ("6", "substance OKÄND is not in NSL"),
        ("h.xml", "root element annat"),
    ]
    assert report.counts["kept: left out: veterinary or no longer sold"] == 2


def test_interactions_of_fest_keep_their_relevance_and_their_silence() -> None:
    report = Report()
    found, unevaluated = read_fest(FEST.encode(), "fest.xml", report)

    told = {rule.id: (rule.levels[0].severity, rule.status, rule.verified) for rule in found.rules}
    assert told == {
        "fest.ab1": ("critical", "active", False),
        "fest.ab2": ("warning", "draft", False),
    }
    assert not any(level.interrupts for rule in found.rules for level in rule.levels)
    assert unevaluated == ["L01XX99"]
    assert [what for _where, what in report.lost] == [
        "situation in free text: left as a draft",
        "substance without ATC: grapefrukt",
        "a group of substances without ATC code",
        "an interaction without id or known relevance",
        "an entry without interaction",
    ]


def test_a_table_of_classes() -> None:
    report = Report()
    found = read_table(SIL.encode(), "sil.csv", report)

    assert [(rule.id, rule.levels[0].severity, rule.status) for rule in found.rules] == [
        ("sil.1", "critical", "active"),
        ("sil.2", "warning", "active"),
        ("sil.3", "none", "active"),
        ("sil.4", "warning", "draft"),
    ]
    assert report.lost == [
        ("sil.csv", "column Färg"),
        ("sil.csv:5", "situation in free text: left as a draft"),
        ("sil.csv:6", "no known class, or a code that is none"),
        ("sil.csv:7", "no known class, or a code that is none"),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<a>",
        b"\xff\xfe",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a/>" + b" " * 9 + b"<!ENTITY b 'c'>",
    ],
)
def test_what_is_no_xml_is_refused(raw: bytes) -> None:
    with pytest.raises(ContentProblem):
        read_fest(raw, "fest.xml", Report())
    with pytest.raises(ContentProblem):
        read_nsl(raw, "nsl.xml", Report())


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"a;b;c\n1;2;3\n"])
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(ContentProblem):
        read_table(raw, "sil.csv", Report())


_HEAD = "id;ATC A;ATC B;Klass;Konsekvens;Rekommendation;Situation\n"
_ROW = "1;B01AA03;M01AB05;D4;Ökad blödningsrisk;Undvik;\n"


def table(text: str) -> tuple[list[str], list[str]]:
    """Return the ids of the rules, and what was not understood."""
    report = Report()
    found = read_table(text.encode(), "t", report)
    return [rule.id for rule in found.rules], [what for _where, what in report.lost]


@pytest.mark.parametrize(
    ("text", "ids", "lost"),
    [
        ((_HEAD + _ROW).replace(";", ","), ["sil.1"], []),
        ((_HEAD + _ROW).replace(";", "\t"), ["sil.1"], []),
        ("\ufeff" + _HEAD + _ROW, ["sil.1"], []),
        (_HEAD + '1;B01AA03;M01AB05;D4;"Ökad\nrisk; ""svår""";;\n', ["sil.1"], []),
        (_HEAD + _ROW + _ROW, ["sil.1"], ["the same substances once more"]),
        (
            _HEAD + _ROW + _ROW.replace("M01AB05", "M01AE01"),
            ["sil.1", "sil.1-2"],
            ["an id that is taken: given another"],
        ),
        (_HEAD + _ROW.replace("M01AB05", "B01AA03"), [], ["a substance with itself"]),
        (_HEAD + _ROW.strip() + ";mer;mer\n", ["sil.1"], ["more cells than columns"]),
        (_HEAD + _ROW.replace("1;", "../../etc/Å b:c;", 1), ["sil.etc-å-b-c"], []),
        (
            "id;ATC A;atc1;ATC B;Klass\n1;B01AA03;C03CA01;M01AB05;D\n",
            ["sil.1"],
            ["column atc1: ATC A is read"],
        ),
        (_HEAD + "1;B01AA03\n", [], ["no known class, or a code that is none"]),
    ],
)
def test_a_strange_table_is_read_or_told_about_and_never_loses_a_row_in_silence(
    text: str, ids: list[str], lost: list[str]
) -> None:
    assert table(text) == (ids, lost)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ((_HEAD + _ROW).encode("latin-1"), "UTF-8"),
        ((_HEAD + _ROW).encode("utf-16"), "UTF-8"),
        ((_HEAD + '1;B01AA03;M01AB05;D4;"aldrig stängt\n' + _ROW * 3).encode(), "tabell"),
        ((_HEAD + "1;B01AA03;M01AB05;D4;" + "x" * 200_000 + ";;\n").encode(), "tabell"),
        ((_HEAD + _ROW * 50_001).encode(), "50000"),
    ],
)
def test_a_table_that_cannot_be_read_whole_is_refused_with_the_reason(
    raw: bytes, said: str
) -> None:
    with pytest.raises(ContentProblem, match=said):
        read_table(raw, "t", Report())


def test_hidden_characters_do_not_come_into_a_text() -> None:
    raw = (_HEAD + "1;B01AA03;M01AB05;D4;10\0 mg\u202e gm 01;;\n").encode()
    (rule,) = read_table(raw, "t", Report()).rules
    assert rule.text == "10 mg gm 01."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_entities_are_refused_in_any_encoding_and_letters_are_read_in_any(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    bomb = head + '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    with pytest.raises(ContentProblem, match="entiteter"):
        read_fest(bomb.encode(encoding), "fest.xml", Report())
    found, _unevaluated = read_fest((head + FEST).encode(encoding), "fest.xml", Report())
    assert found.rules[0].text == "Økt blødning. Velg et annet."


def test_an_encoding_that_nobody_knows_is_no_xml() -> None:
    with pytest.raises(ContentProblem):
        read_fest(b'<?xml version="1.0" encoding="klingon"?><a/>', "fest.xml", Report())


@pytest.mark.parametrize(
    ("kind", "text"), [("fest", "<html>404</html>"), ("sil", _HEAD), ("npl", FEST)]
)
def test_what_holds_nothing_is_told_and_writes_nothing(
    tmp_path: Path, kind: str, text: str
) -> None:
    given, out = tmp_path / "given", tmp_path / "out"
    given.write_text(text, encoding="utf-8")
    said = CliRunner().invoke(command, ["import", kind, str(given), "--out", str(out)])
    assert isinstance(said.exception, Problem)
    assert not out.exists()


def test_a_code_that_has_moved_is_mapped_and_told(tmp_path: Path) -> None:
    moved = next(one for one in shipped.content().moved if "|" not in one.new_codes)
    given = tmp_path / "given"
    given.write_text(_HEAD + _ROW.replace("M01AB05", moved.old_code), encoding="utf-8")
    args = ["import", "sil", str(given), "--out", str(tmp_path / "out"), "--json"]
    said = CliRunner().invoke(command, args)
    assert f"{moved.old_code} has moved: {moved.new_codes} is taken instead" in said.output
    assert checking.complaints(read(tmp_path / "out")) == []


@pytest.mark.parametrize(("kind", "text"), [("fest", FEST), ("sil", SIL)])
def test_an_import_becomes_a_folder_that_passes_the_check(
    tmp_path: Path, kind: str, text: str
) -> None:
    given = tmp_path / "given"
    given.write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    said = CliRunner().invoke(command, ["import", kind, str(given), "--out", str(out), "--json"])

    assert said.exit_code == 0, said.output
    assert json.loads(said.output)["counts"]["kept: interaction"] >= 2
    content = read(out)
    assert checking.complaints(content) == []
    case = {
        "patient": {"age": 70, "sex": "F"},
        "medications": [{"atc": "B01AA03", "route": "oral"}],
        "new_order": {"atc": "M01AE02", "route": "oral"},
    }
    cards = engine_of(content).evaluate(facts_from(case, as_of=AS_OF, name="c"))
    assert [(card.lead.severity, card.lead.interruptive) for card in cards] == [("critical", False)]


def test_a_catalogue_becomes_a_folder(tmp_path: Path) -> None:
    given, nsl = tmp_path / "1.xml", tmp_path / "nsl.xml"
    given.write_bytes(_product(nplid="1", atc="B01AA03"))
    nsl.write_text(NSL, encoding="utf-8")
    args = ["import", "npl", str(given), "--nsl", str(nsl), "--out", str(tmp_path / "out")]
    said = CliRunner().invoke(command, args)

    assert said.exit_code == 0, said.output
    assert "not understood: substance without id or name" in said.output
    content = read(tmp_path / "out")
    assert [row.name for row in content.catalogue] == ["Warfarinnatrium"]
    assert checking.complaints(content) == []
