"""Where ``workstation content publish --to`` and ``withdraw --to`` go."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import click

from workstation.app.content_outlet import ServerOutlet, server_outlet
from workstation.content.publishing import FolderOutlet, Outlet
from workstation.domain.texts import _

PASSWORD_VARIABLE = "RONDEN_PASSWORD"


def outlet(target: str) -> Outlet:
    """Return the outlet that a folder or a server's address names.

    Raises:
        Problem: Passwords do not travel to this address.
    """
    return at_server(target) if "://" in target else FolderOutlet(Path(target))


def at_server(target: str) -> ServerOutlet:
    """Return a server as an outlet: ``https://user@server``. What is not said is asked for.

    Raises:
        Problem: Passwords do not travel to this address.
    """
    parts = urlsplit(target)
    user = parts.username or click.prompt(_("User name"), err=True)
    password = os.environ.get(PASSWORD_VARIABLE) or click.prompt(
        _("Password"), hide_input=True, err=True
    )
    plain = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return server_outlet(plain, user=user, password=password)
