"""How our own requisition numbers are called outside."""

from __future__ import annotations

REQUISITION = "urn:ronden:requisition"
"""The identifier system of an order's short number."""
