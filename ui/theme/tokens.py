"""The named colours of the look, light and dark.

Colour carries meaning only together with a shape or a word; every pair that text is drawn with
stands at 4.5:1 or better, doses and allergies at 7:1 (``tests/ui/theme``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class Tone(StrEnum):
    """What a coloured thing says. Always drawn with a shape or a word beside the colour."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    OFFLINE = "offline"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """One complete set of colours as ``#RRGGBB``."""

    name: str
    surface: str
    raised: str
    rail: str
    text: str
    quiet: str
    line: str
    accent: str
    accent_soft: str
    on_accent: str
    ok: str
    ok_soft: str
    warning: str
    warning_soft: str
    critical: str
    critical_soft: str
    offline: str
    offline_soft: str
    control: str  # the edge of what can be typed in or pressed, 3:1 against its ground
    edge: str  # around what says in words what it does
    mark: str  # behind a search hit
    rail_text: str
    rail_current: str
    badge: str
    on_badge: str

    def tone(self, tone: Tone) -> tuple[str, str]:
        """Return (foreground, soft background) of a tone."""
        if tone is Tone.NEUTRAL:
            return self.quiet, self.surface
        return str(getattr(self, tone.value)), str(getattr(self, f"{tone.value}_soft"))

    def colours(self) -> dict[str, str]:
        """Return every colour by its name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "name"}


LIGHT = Tokens(
    name="light",
    surface="#F5F7F9",
    raised="#FFFFFF",
    rail="#12293D",
    text="#13202B",
    quiet="#566676",
    line="#DCE2E8",
    accent="#1B65A6",
    accent_soft="#E4EFF8",
    on_accent="#FFFFFF",
    ok="#1B7A4B",
    ok_soft="#E3F3EA",
    warning="#8A5200",
    warning_soft="#FFF2DA",
    critical="#A8231C",
    critical_soft="#FCE9E7",
    offline="#7A5600",
    offline_soft="#FFF1C9",
    control="#7B8997",
    edge="#B6C2CD",
    mark="#FFE9A8",
    rail_text="#D3DEE8",
    rail_current="#28435A",
    badge="#E8912D",
    on_badge="#13202B",
)

DARK = Tokens(
    name="dark",
    surface="#0F161D",
    raised="#17212B",
    rail="#0A1119",
    text="#E5ECF2",
    quiet="#9AABBB",
    line="#2A3947",
    accent="#6FB4EA",
    accent_soft="#1B3247",
    on_accent="#0A1119",
    ok="#63C48F",
    ok_soft="#15332A",
    warning="#E9B35C",
    warning_soft="#3A2D14",
    critical="#F08A80",
    critical_soft="#43201E",
    offline="#E7BE5C",
    offline_soft="#382D10",
    control="#607284",
    edge="#40536A",
    mark="#5A4A12",
    rail_text="#B9C7D4",
    rail_current="#1B2B3A",
    badge="#E9A04A",
    on_badge="#0A1119",
)

SETS = (LIGHT, DARK)

TOKENS = {tokens.name: tokens for tokens in SETS}
