"""How well two colours stand apart, by WCAG 2.1."""

from __future__ import annotations


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two ``#RRGGBB`` colours, from 1 to 21.

    Source: WCAG 2.1, definitions of contrast ratio and relative luminance.
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    return float(((channel + 0.055) / 1.055) ** 2.4)
