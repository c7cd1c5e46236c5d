"""An invented region: its towns, streets, units and who works in them.

No place, provider or number is real. HSA-ids are of a test series (``TST``).
"""

from __future__ import annotations

from dataclasses import dataclass

REGION = "Region Västerdal"
REGION_NUMBER = "2321000131"

TOWNS: tuple[tuple[str, str], ...] = (
    ("Granstad", "991"),
    ("Ekfors", "992"),
    ("Norrvik", "993"),
    ("Lindsjö", "994"),
    ("Bergsund", "995"),
    ("Almvik", "996"),
    ("Hallarås", "997"),
    ("Torpakyrka", "998"),
)
STREETS = (
    "Storgatan Kungsgatan Drottninggatan Skolgatan Kyrkogatan Järnvägsgatan Ringvägen Björkvägen "
    "Granvägen Tallvägen Ekvägen Lönnvägen Rönnvägen Aspvägen Parkvägen Industrigatan Åsgatan "
    "Östra Kvarngatan Södra Hamngatan Norra Torggatan Trädgårdsgatan Sjögatan Smedjegatan "
    "Violstigen Rosenstigen Klockarvägen Prästgårdsvägen Mejerivägen Stationsvägen Backvägen"
).split(" ")


@dataclass(frozen=True, kw_only=True)
class UnitPlan:
    """A unit to be: what it is, what it is called, and who works there.

    ``staff`` pairs a role with how many hold it there.
    """

    type: str
    name: str
    staff: tuple[tuple[str, int], ...]


_WARD = (
    ("overlakare", 1),
    ("specialist", 2),
    ("st_lakare", 2),
    ("sjukskoterska", 7),
    ("underskoterska", 6),
    ("sekreterare", 1),
    ("fysioterapeut", 1),
    ("arbetsterapeut", 1),
)
_CLINIC = (
    ("overlakare", 1),
    ("specialist", 3),
    ("st_lakare", 1),
    ("sjukskoterska", 3),
    ("underskoterska", 1),
    ("sekreterare", 1),
    ("receptionist", 1),
)
_EMERGENCY = (
    ("specialist", 3),
    ("st_lakare", 4),
    ("sjukskoterska", 8),
    ("underskoterska", 5),
    ("sekreterare", 1),
)
_LABORATORY = (("biomedicinsk_analytiker", 5), ("overlakare", 1))
_IMAGING = (("radiolog", 3), ("rontgensjukskoterska", 4), ("sekreterare", 1))
_HEALTH_CENTRE = (
    ("distriktslakare", 4),
    ("st_lakare", 1),
    ("distriktsskoterska", 3),
    ("sjukskoterska", 3),
    ("underskoterska", 2),
    ("barnmorska", 1),
    ("fysioterapeut", 1),
    ("psykolog", 1),
    ("biomedicinsk_analytiker", 1),
    ("sekreterare", 1),
    ("receptionist", 1),
)
_HOME_CARE = (
    ("sjukskoterska", 4),
    ("distriktsskoterska", 1),
    ("arbetsterapeut", 1),
    ("fysioterapeut", 1),
)
_NURSING_HOME = (("sjukskoterska", 2), ("underskoterska", 8), ("enhetschef", 1))
_PSYCHIATRY = (
    ("overlakare", 1),
    ("psykiater", 2),
    ("st_lakare", 1),
    ("psykolog", 2),
    ("sjukskoterska", 4),
    ("skotare", 3),
    ("kurator", 1),
    ("sekreterare", 1),
)
_MATERNITY = (
    ("overlakare", 1),
    ("specialist", 1),
    ("barnmorska", 8),
    ("underskoterska", 3),
    ("sekreterare", 1),
)


def _plans(staff: tuple[tuple[str, int], ...], *units: tuple[str, str]) -> tuple[UnitPlan, ...]:
    return tuple(UnitPlan(type=kind, name=name, staff=staff) for kind, name in units)


HOSPITALS: tuple[tuple[str, tuple[UnitPlan, ...]], ...] = (
    (
        "Granstads sjukhus",
        (
            *_plans(_EMERGENCY, ("akut", "Akutmottagningen")),
            *_plans(
                _WARD,
                ("avd_hjarta", "Avdelning 31, hjärtsjukvård"),
                ("avd_lunga", "Avdelning 32, lungmedicin och infektion"),
                ("avd_stroke", "Avdelning 33, stroke"),
                ("avd_geriatrik", "Avdelning 41, geriatrik"),
                ("avd_kirurgi", "Avdelning 21, kirurgi"),
                ("avd_ortopedi", "Avdelning 22, ortopedi"),
                ("avd_onkologi", "Avdelning 51, onkologi"),
            ),
            *_plans(
                _CLINIC,
                ("hjarta", "Hjärtmottagningen"),
                ("lunga", "Lung- och allergimottagningen"),
                ("njure", "Njurmottagningen"),
                ("dialys", "Dialysenheten"),
                ("endokrin", "Diabetes- och endokrinmottagningen"),
                ("onkologi", "Onkologmottagningen"),
                ("kirurgi", "Kirurgmottagningen"),
                ("ortopedi", "Ortopedmottagningen"),
                ("neurologi", "Neurologmottagningen"),
                ("reumatologi", "Reumatologmottagningen"),
                ("hud", "Hudmottagningen"),
                ("ogon", "Ögonmottagningen"),
                ("onh", "Öron-, näs- och halsmottagningen"),
                ("urologi", "Urologmottagningen"),
                ("gastro", "Endoskopi- och gastromottagningen"),
                ("infektion", "Infektionsmottagningen"),
                ("gyn", "Gynekologmottagningen"),
                ("barn", "Barn- och ungdomsmottagningen"),
                ("ak", "AK-mottagningen"),
                ("minne", "Minnesmottagningen"),
            ),
            *_plans(
                _MATERNITY,
                ("forlossning", "Förlossningen"),
                ("bb", "BB-avdelningen"),
            ),
            *_plans(_IMAGING, ("rontgen", "Röntgenavdelningen")),
            *_plans(_LABORATORY, ("lab", "Klinisk kemi"), ("mikrobiologi", "Klinisk mikrobiologi")),
            *_plans(_IMAGING, ("fyslab", "Klinisk fysiologi")),
            *_plans(_HOME_CARE, ("asih", "Palliativa teamet, ASIH")),
        ),
    ),
    (
        "Ekfors lasarett",
        (
            *_plans(_EMERGENCY, ("akut", "Närakuten")),
            *_plans(
                _WARD,
                ("avd_medicin", "Medicinavdelning 2"),
                ("avd_geriatrik", "Geriatrik- och rehabavdelning 3"),
            ),
            *_plans(_IMAGING, ("rontgen", "Röntgen")),
            *_plans(_LABORATORY, ("lab", "Laboratoriet")),
        ),
    ),
    (
        "Psykiatrin i Västerdal",
        (
            *_plans(
                _PSYCHIATRY,
                ("psyk", "Psykiatriska öppenvårdsmottagningen Granstad"),
                ("psyk", "Psykiatriska öppenvårdsmottagningen Ekfors"),
                ("avd_psyk", "Psykiatriavdelning 61"),
                ("bup", "Barn- och ungdomspsykiatriska mottagningen"),
                ("beroende", "Beroendemottagningen"),
            ),
        ),
    ),
)
PUBLIC_HEALTH_CENTRES = (
    "Vårdcentralen Björkhagen",
    "Vårdcentralen Centrum",
    "Vårdcentralen Ekfors",
    "Vårdcentralen Norrvik",
    "Vårdcentralen Lindsjö",
    "Vårdcentralen Bergsund",
    "Vårdcentralen Almvik",
    "Vårdcentralen Hallarås",
)
PRIVATE_HEALTH_CENTRES: tuple[tuple[str, str, str], ...] = (
    ("Västerdals Husläkare AB", "5599990011", "Husläkarna Kvarnen"),
    ("Familjeläkarna Strand AB", "5599990029", "Familjeläkarna Strand"),
    ("Lyktan Vård AB", "5599990037", "Lyktans vårdcentral"),
)
MUNICIPALITIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Granstads kommun", "2129990012", ("Hemsjukvården öst", "Hemsjukvården väst")),
    ("Ekfors kommun", "2129990020", ("Hemsjukvården Ekfors",)),
    ("Norrviks kommun", "2129990038", ("Hemsjukvården Norrvik",)),
)
NURSING_HOMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Granstads kommun", ("Särskilt boende Solgläntan", "Särskilt boende Ängsgården")),
    ("Ekfors kommun", ("Särskilt boende Åbrinken",)),
    ("Norrviks kommun", ("Särskilt boende Norrgården",)),
)
HEALTH_CENTRE_STAFF = _HEALTH_CENTRE
HOME_CARE_STAFF = _HOME_CARE
NURSING_HOME_STAFF = _NURSING_HOME
