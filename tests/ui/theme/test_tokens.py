"""The look keeps its promises about legibility, in light and dark."""

from __future__ import annotations

import pytest

from ui.theme.contrast import contrast
from ui.theme.tokens import DARK, LIGHT, SETS, Tokens, Tone

_TONES = ("accent", "ok", "warning", "critical", "offline")


@pytest.mark.parametrize("tokens", SETS, ids=lambda tokens: tokens.name)
def test_every_text_stands_clear_of_every_ground_it_is_drawn_on(tokens: Tokens) -> None:
    colours = tokens.colours()
    grounds = ["surface", "raised", *(f"{tone}_soft" for tone in _TONES)]
    pairs = [(ink, ground) for ink in ("text", "quiet") for ground in grounds]
    pairs += [(tone, ground) for tone in _TONES for ground in ("surface", "raised", f"{tone}_soft")]
    pairs += [("text", "mark"), ("on_accent", "accent"), ("on_badge", "badge")]
    pairs += [("text", "line"), ("quiet", "line")]  # a deceased patient's banner is hatched
    pairs += [("rail_text", "rail"), ("rail_text", "rail_current")]

    poor = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}

    assert not {pair: ratio for pair, ratio in poor.items() if ratio < 4.5}


@pytest.mark.parametrize("tokens", SETS, ids=lambda tokens: tokens.name)
def test_doses_and_allergies_stand_at_seven_to_one(tokens: Tokens) -> None:
    grounds = [tokens.surface, tokens.raised, tokens.accent_soft]
    grounds += [tokens.tone(tone)[1] for tone in Tone]
    assert min(contrast(tokens.text, ground) for ground in grounds) >= 7
    # The mark of a known hypersensitivity is drawn on the full critical colour.
    assert contrast(tokens.on_accent, tokens.critical) >= 7


@pytest.mark.parametrize("tokens", SETS, ids=lambda tokens: tokens.name)
def test_where_one_can_type_and_where_the_focus_is_can_be_seen(tokens: Tokens) -> None:
    for ground in (tokens.surface, tokens.raised):
        assert contrast(tokens.control, ground) >= 3
        assert contrast(tokens.accent, ground) >= 3


def test_both_looks_name_the_same_colours_and_differ_where_the_palette_tells_them_apart() -> None:
    assert LIGHT.colours().keys() == DARK.colours().keys()
    assert LIGHT.accent != DARK.accent
