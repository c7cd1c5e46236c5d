"""How fast a region is made: ``python -m tests.generator.rate 1000`` prints one line of JSON.

A script and no test: what it measures is this machine at this moment.
"""

from __future__ import annotations

import json
import sys
import time

from tests.generator.worlds import AS_OF, TestKey
from workstation.generator import generate


def main(patients: int) -> None:
    """Make a region of so many patients, keep nothing, and say how long it took."""
    began = time.perf_counter()
    made = generate(patients=patients, seed=1, as_of=AS_OF, signer=TestKey())
    records = sum(len(batch.records) for batch in made.patients)
    seconds = time.perf_counter() - began
    figures = {"patients": patients, "records": records, "seconds": round(seconds, 2)}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
