"""Ronden: a clinician workstation for one shared health record."""

VERSION = "0.1.0"
