"""``python -m workstation`` is ``workstation``."""

from workstation.cli import main

main()
