"""One page of a PDF as a picture, drawn by a short-lived process that can do nothing else.

A PDF comes from outside, and what reads it is a million lines of C++: it is read where there is no
record, no key and no network contact to lose, with little memory and little time, and whatever goes
wrong there ends that process only. Run as a file of its own, so that nothing of the program is in it.

In: ``HEAD`` (page from 0; most pixels; most seconds of work), then the PDF, to the end of the input.
Out: ``DRAWN`` (pages; width, height and bytes of a row, in pixels and bytes), then the rows, 32 bits a
pixel, blue first. Nothing is written to a file and nothing is said; what cannot be drawn ends with
another code than 0.
"""

from __future__ import annotations

import math
import struct
import sys

HEAD = struct.Struct("<III")
DRAWN = struct.Struct("<IIII")
MOST_MEMORY = 768 * 1024 * 1024
_DOTS_PER_POINT = 200 / 72
_LEAST_SIDE, _MOST_SIDE = 1.0, 20_000.0
_PR_SET_DUMPABLE = 4


def main() -> int:
    """Draw the page that is asked for."""
    asked = sys.stdin.buffer.read(HEAD.size)
    content = sys.stdin.buffer.read()
    import pypdfium2  # before the limits: they leave no room to open its library

    page, most, seconds = HEAD.unpack(asked)
    _give_up_rights(seconds)
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
        drawn = document[min(page, max(pages - 1, 0))]
        width, height = drawn.get_size()
        picture = drawn.render(
            scale=_scale(width, height, most),
            force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx,
            fill_color=(255, 255, 255, 255),
        )
        rows = bytes(picture.buffer)
    except (pypdfium2.PdfiumError, ValueError, IndexError, OverflowError, MemoryError):
        return 1
    sys.stdout.buffer.write(DRAWN.pack(pages, picture.width, picture.height, picture.stride))
    sys.stdout.buffer.write(rows)
    sys.stdout.buffer.flush()
    return 0


def _scale(width: float, height: float, most: int) -> float:
    """Return how large to draw: 200 dots an inch, less for a page that would have too many."""
    sides = [min(max(side, _LEAST_SIDE), _MOST_SIDE) for side in (width, height)]
    fitting = math.sqrt(most / (sides[0] * sides[1]))
    return min(_DOTS_PER_POINT, fitting, 4 * math.sqrt(most) / max(width, height, 1.0))


def _give_up_rights(seconds: int) -> None:
    """Leave this process no files to write, no memory image, little memory and little time."""
    if sys.platform == "win32":
        return
    import resource  # not on Windows

    limits = {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for what, most in limits.items():
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
