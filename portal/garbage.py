"""The collector of garbage, told what of a process lasts as long as the process itself."""

import gc

SELDOM = 20_000
"""Objects made before the collector looks: Python's 700 are used up by a single statement of Django's."""


def spare_what_is_loaded() -> None:
    """Once all code is loaded: the collector need not walk it again and again, a fifth of a second each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
