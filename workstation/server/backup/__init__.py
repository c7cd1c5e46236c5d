"""Backups of the embedded record: made, verified, tried out, put back. PostgreSQL has its own tools.

What goes into one: an encrypted copy of the database and the erasure ledger. What never does: the
key, and the mark beside the database. A copy names no epoch, so a server that is put back
always begins a new one and gets from the workstations what came after the backup.
"""

from __future__ import annotations
