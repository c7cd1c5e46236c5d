"""The carrying half of sync: connections, transfers, and when they are made."""

import sys

# httpx brings its own command line along where its parts are installed: rich, pygments and a tenth
# of what a start costs. None stands for "not installed", which httpx is ready for.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
