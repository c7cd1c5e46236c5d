"""The patient on one page."""
