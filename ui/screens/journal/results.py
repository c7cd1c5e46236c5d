"""Answers as the journal reads them: in the words that every screen uses."""

from __future__ import annotations

from ui.shell.answer_words import answer_paragraphs, status_label

__all__ = ["answer_paragraphs", "status_label"]
