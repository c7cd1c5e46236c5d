"""Where this computer keeps Ronden's encrypted files."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """A folder per installation. File names say nothing of whom they are about."""

    root: Path

    def prepare(self) -> None:
        """Create the folder, readable by its owner only."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def unit_cache(self, unit: str) -> Path:
        """Return the cache file of a care unit."""
        return self.root / f"unit-{_hidden(unit)}.ronden"

    def person_file(self, person: str) -> Path:
        """Return a person's own file: drafts and settings."""
        return self.root / f"person-{_hidden(person)}.ronden"

    def profile_of(self, person: str) -> Path:
        """Return the file that says where a person may work."""
        return self.root / f"profile-{_hidden(person)}.ronden"

    def in_emergency(self, opening: str) -> Path:
        """Return the file of a record that is open in an emergency; its key is in memory alone."""
        return self.root / f"emergency-{opening}.ronden"

    @property
    def content(self) -> Path:
        """Return the folder with signed clinical content, which is about nobody."""
        return self.root / "content"

    @property
    def settings_file(self) -> Path:
        """Return the file with what was chosen for this installation."""
        return self.root / "settings.json"

    @property
    def device_file(self) -> Path:
        """Return the file with this installation's identity."""
        return self.root / "device.json"


@dataclass(frozen=True)
class ServerPlaces:
    """Where a server of this machine keeps its record, and apart from it the key."""

    db: Path
    key_file: Path


def default_server() -> ServerPlaces:
    """Return this user's places. The key lies in another folder than the database and its backups."""
    root = default_places().root / "server"
    if sys.platform == "win32":
        keys = Path(os.environ.get("PROGRAMDATA", root.parent)) / "Ronden" / "keys"
    else:
        keys = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "ronden"
    return ServerPlaces(db=root / "record.db", key_file=keys / "server.key")


def default_places() -> Places:
    """Return this user's folder: never one that roams to other machines."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return Places(base / "Ronden")


def _hidden(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]
