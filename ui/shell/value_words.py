"""Values as screens write them: the words are the domain's."""

from __future__ import annotations

from workstation.domain.value_words import amount, mark, range_text, value_text

__all__ = ["amount", "mark", "range_text", "value_text"]
