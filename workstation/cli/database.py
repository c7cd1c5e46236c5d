"""The options that name a server's database, the same for every command that opens one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from workstation.app.places import default_server
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.server.serve import ServerConfig

Command = Callable[..., Any]


def database_options(command: Command) -> Command:
    """Add ``--db`` and ``--key-file`` to a command."""
    db = click.option(
        "--db",
        default="",
        help="A path, or postgresql://…; this machine's own server unless given.",
    )
    key = click.option(
        "--key-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="File with the embedded database's key, made where there is no database yet.",
    )
    return db(key(command))


def config_for(db: str, key_file: Path | None, **more: Any) -> ServerConfig:
    """Return the configuration that the options name, with a key file apart from the database.

    Raises:
        Problem: It is neither a path nor PostgreSQL's address.
    """
    own = default_server()
    if not db:
        own.db.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return ServerConfig(db=str(own.db), key_file=key_file or own.key_file, **more)
    if "://" in db and not ServerConfig(db=db).place.on_postgres:
        raise Problem(
            _("Records are kept in a file or in PostgreSQL, and nowhere else."),
            _("Name a path, or an address that begins with postgresql://."),
        )
    return ServerConfig(db=db, key_file=key_file, **more)
