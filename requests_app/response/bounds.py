"""How much of a file is drawn in which something is blacked out: bytes, pages, pixels, memory and time."""

from __future__ import annotations

MOST_BYTES = 25 * 1024 * 1024
"""As large as a file may be that somebody sends."""
MOST_MADE_BYTES = 100 * 1024 * 1024
"""Of the file that leaves instead: pictures of pages weigh more than their text."""
SECONDS_OF_WORK, SECONDS_TO_WAIT = 60, 120
"""Of the processor, and on the clock; then the file takes too long."""
AT_ONCE = 2
"""Files drawn at the same time by one process of the portal; the others wait their turn."""
SECONDS_FOR_A_TURN = 5
"""How long they wait; then whoever asked is told to try again."""
MOST_PAGES = 60
MOST_PIXELS = 50_000_000
"""Of a picture that is sent; a page is drawn in as many as its size needs."""
MOST_SIGNS = 400_000
"""On one page."""
MOST_SIGNS_IN_ALL = 2_000_000
"""On all pages of a file."""
DOTS_PER_INCH = 150
LONGEST_SIDE = 2600
"""In pixels: a page larger than A3 is drawn more coarsely."""
SCALE = 10_000
"""Places on a page are told in this many parts of what is seen of its width and height."""
MEMORY_BYTES = 1536 * 1024 * 1024
"""Of addresses, for the process that draws: enough for the largest picture, several times over."""
