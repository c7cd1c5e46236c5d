"""Small steps between Python values and SQL parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable


def as_list(values: Iterable[int | str]) -> str:
    """Return the parameter for ``IN (SELECT value FROM json_each(?))``: one text for any number."""
    return json.dumps(list(values), separators=(",", ":"))
