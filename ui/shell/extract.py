"""How a longer text begins, where there is room for no more of it."""

from __future__ import annotations

_DENIES = {"ej", "icke", "ingen", "ingendera", "inga", "inget", "inte", "utan", "varken", "aldrig"}
_ENDS = (". ", "! ", "? ")


def beginning(text: str, most: int) -> str:
    """Return how ``text`` begins, in whole words and at most ``most`` letters before the mark.

    What is left out is shown by a mark. It ends with a sentence where one ends late enough, and
    never with a negation: "Ingen feber, ingen […]" leaves open what there was none of.
    """
    words = " ".join(text.split())
    if len(words) <= most:
        return words
    cut = words[: most + 1].rpartition(" ")[0] or words[:most]
    ended = max(cut.rfind(mark) for mark in _ENDS)
    if ended >= most // 2:
        return f"{cut[: ended + 1]} […]"
    kept = cut.split(" ")
    while len(kept) > 1 and kept[-1].strip(",;:–-(").casefold() in _DENIES:
        kept.pop()
    return f"{' '.join(kept)} […]"
