"""``python -m workstation`` is ``workstation``."""

import sys

from workstation.cli import main

if __name__ == "__main__":
    sys.exit(main())
