"""What may be wrong on this machine, and how to mend it: without opening anybody's record."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import sqlcipher3.dbapi2 as dbapi

from local_cache.engine import OLDEST_SQLITE
from local_cache.machine import KeyringSecret, OnlineOnly
from workstation.app.backup_health import health
from workstation.app.desktop import read_settings
from workstation.app.places import Places
from workstation.domain.texts import _

_LEAST_FREE_BYTES = 1_000_000_000
_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing looked at. ``mend``: what to do, empty where all is well."""

    what: str
    found: str
    ok: bool
    mend: str = ""


def findings(places: Places, database: Path, *, now: datetime) -> Iterator[Finding]:
    """Look at what the application needs, one thing at a time.

    Args:
        database: Of the server that this machine may have.
    """
    yield _python()
    yield _sqlite()
    yield _keyring()
    yield _folder(places.root)
    yield _space(places.root)
    yield from _server(read_settings(places).server)
    yield from _aside(places.root)
    for one in health(database, now=now):
        yield Finding(what=one.what, found=one.found, ok=not one.mend, mend=one.mend)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    ok = (3, 11) <= sys.version_info[:2] <= (3, 14)
    return Finding(
        what="Python", found=version, ok=ok, mend="" if ok else _("Install Python 3.11 to 3.14.")
    )


def _sqlite() -> Finding:
    ok = dbapi.sqlite_version_info >= OLDEST_SQLITE
    oldest = ".".join(str(part) for part in OLDEST_SQLITE)
    mend = _("Install a build of sqlcipher3 with SQLite {oldest} or later.").format(oldest=oldest)
    return Finding(what="SQLite", found=dbapi.sqlite_version, ok=ok, mend="" if ok else mend)


def _keyring() -> Finding:
    what = _("Keyring")
    try:
        KeyringSecret().read()
    except OnlineOnly as problem:
        return Finding(what=what, found=problem.message, ok=False, mend=problem.advice)
    return Finding(what=what, found=_("keeps this machine's secret"), ok=True)


def _folder(root: Path) -> Finding:
    what = _("Folder for records")
    if not root.exists():
        return Finding(what=what, found=_("nobody has worked here yet"), ok=True)
    readable = os.name != "nt" and bool(root.stat().st_mode & 0o077)
    if readable:
        return Finding(
            what=what,
            found=_("others than its owner may read it"),
            ok=False,
            mend=_("Take that right away: chmod 700."),
        )
    return Finding(what=what, found=_("only its owner may read it"), ok=True)


def _space(root: Path) -> Finding:
    place = next(p for p in (root, *root.parents) if p.exists())
    free = shutil.disk_usage(place).free
    ok = free >= _LEAST_FREE_BYTES
    found = _("{n} MB free").format(n=free // 1_000_000)
    return Finding(
        what=_("Disk"), found=found, ok=ok, mend="" if ok else _("Make room: at least 1 GB.")
    )


def _server(address: str) -> Iterator[Finding]:
    host = urlsplit(address).hostname or address
    began = time.monotonic()
    try:
        answer = httpx.get(f"{address}/health", timeout=_PATIENCE_SECONDS, trust_env=False)
        ok = answer.status_code == 200
    except httpx.HTTPError:
        ok = False
    millis = round((time.monotonic() - began) * 1000)
    found = _("{host} answers in {n} ms") if ok else _("{host} does not answer")
    mend = _("Check the network and the address (workstation --server https://…).")
    yield Finding(
        what=_("Record server"),
        found=found.format(host=host, n=millis),
        ok=ok,
        mend="" if ok else mend,
    )


def _aside(root: Path) -> Iterator[Finding]:
    left = len(list(root.glob("*.aside-*"))) if root.exists() else 0
    if left:
        yield Finding(
            what=_("Files moved aside"),
            found=str(left),
            ok=False,
            mend=_("What was not sent is still in them: hand them to support, do not delete them."),
        )
