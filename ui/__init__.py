"""The desktop application: what a clinician sees and touches."""

from ui import plain_import

plain_import.put_back()
