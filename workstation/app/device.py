"""Which installation this is: a name made once, and how often its stores were made anew."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec

from workstation.app.places import Places


class DeviceFile(msgspec.Struct, frozen=True, kw_only=True):
    """``device.json``: nothing secret and nothing about anybody."""

    name: str
    incarnation: int = 0


@dataclass(frozen=True)
class Device:
    """This installation. One process at a time works in its folder."""

    places: Places

    def read(self) -> DeviceFile:
        """Return the installation's name, made the first time."""
        path = self.places.device_file
        try:
            return msgspec.json.decode(path.read_bytes(), type=DeviceFile)
        except FileNotFoundError:
            made = DeviceFile(name=f"ronden-{secrets.token_hex(8)}")
            _write(path, made)
            return made

    def next_incarnation(self) -> int:
        """Count a store made anew, and return its number."""
        now = self.read()
        later = msgspec.structs.replace(now, incarnation=now.incarnation + 1)
        _write(self.places.device_file, later)
        return later.incarnation


def _write(path: Path, file: DeviceFile) -> None:
    young = path.with_suffix(".new")
    young.write_bytes(msgspec.json.encode(file))
    os.replace(young, path)
