"""Tell the stories of seeds: ``python -m tests.simulation FIRST [LAST]``; one alone in detail."""

from __future__ import annotations

import sys

from tests.simulation.run import broken_in


def main(arguments: list[str]) -> int:
    first = int(arguments[0])
    last = int(arguments[1]) if len(arguments) > 1 else first
    failed = 0
    for seed in range(first, last + 1):
        broken = broken_in(seed, tell=_say if first == last else _keep_quiet)
        if broken:
            failed += 1
            _say(f"seed {seed}: {'; '.join(broken)}")
    _say(f"{failed} of {last - first + 1} stories ended badly")
    return 1 if failed else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _keep_quiet(line: str) -> None:
    """Many stories are not told."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
