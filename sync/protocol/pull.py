"""What a page of the feed, or a span of a patient's stream, must fulfil before it is stored."""

from __future__ import annotations


class Hole(Exception):
    """A position or revision is missing, or the chain does not join: nothing may be stored."""
