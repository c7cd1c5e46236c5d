"""The libraries below must say nothing: they would log addresses, one line a request."""

from __future__ import annotations

import logging

_TALKATIVE = ("httpx", "httpcore", "h11", "h2", "hpack")


def silence_http_libraries() -> None:
    """Let nothing that the HTTP libraries say come to any log. Done again it changes nothing."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
