"""Decision support with the content that comes with the program: where there is no server at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from local_cache.cache import Cache
from workstation.app.content_keeper import bundled
from workstation.operations.support import Support


def bundled_support(cache: Cache, today: Callable[[], date]) -> Support:
    """Return decision support over a cache, forgetting what it read whenever that changes."""
    support = Support(records=cache, in_force=bundled, today=today)
    cache.on_change(lambda changed: support.forget(changed.patients))
    return support
