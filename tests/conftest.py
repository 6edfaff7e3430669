"""Servers start when the first test needs a database; a house is the whole portal on a database of its own."""

from __future__ import annotations

import gc
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.browser import FLAGS, PROGRAM, environment
from tests.stack import ROOT, STACK

# Its own deadline counts the wall's clock, 200 ms an example: a busy machine would fail what is right.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")

_numbers = itertools.count(1)

# What collecting reads stays until the end: looking through it for garbage, again and again, finds none.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, less often than by default, among what the tests themselves make."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long walks come first, so that of two processes neither waits for the other's last one."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/journeys"))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker) -> None:
    """Migrate one database once; the tests' own and every house's are copies of it, since nothing can be flushed."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from tests.house import TEMPLATE, clone

    STACK.start()
    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0)
        connections.close_all()
        clone(TEMPLATE, "portal_tests")
        for known in (settings.DATABASES["default"], connections["default"].settings_dict):
            known["NAME"] = "portal_tests"


@pytest.fixture(scope="session")
def samples(django_db_setup: None) -> None:
    """Both sample customer databases, for looking up; a house has copies of its own to erase from.

    The copies are made from one that nobody writes to: an opt-out is carried out at once wherever it is tested.
    """
    from tests.house import build_samples

    build_samples()


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """A test leaves no ledger that its rolled-back database does not know, and no way to a database that is gone."""
    from portal.embedded.environment import SAMPLES

    for slug, variable in SAMPLES.items():
        # A test's changed environment is given back after its house is gone: a house's address must not be among it.
        assert f"sample_{slug}" in os.environ[variable], "the test before left another address"
    yield
    # Who has not loaded it has written nothing; the law's own tests need no Django.
    suppression = sys.modules.get("requests_app.fulfilment.suppression")
    if suppression is not None:
        suppression.path().unlink(missing_ok=True)


@pytest.fixture(scope="session")
def static_files() -> None:
    """Collected once, as in production."""
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--no-input", "--verbosity", "0"],
        env=STACK.environment(), check=True,
    )  # fmt: skip


@pytest.fixture
def house(django_db_setup: None, django_db_blocker) -> Iterator:
    """A database of its own, committed to for real; processes start when asked for."""
    from tests.house import House

    with django_db_blocker.unblock():
        mine = House(next(_numbers))
        mine.open()
        try:
            yield mine
        finally:
            mine.close()


@pytest.fixture
def furnished(house, samples: None, static_files: None):
    """A house with sample customer databases to erase from."""
    house.with_samples()
    return house


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """pytest-playwright's browser is the one from the package indexes; a missing one is a failure."""
    if not Path(PROGRAM).exists():
        pytest.exit("The browser is missing: run `make test`, or python -m tests.browser.", returncode=3)
    os.environ.setdefault("PWDEBUG", "0")
    return {"executable_path": str(PROGRAM), "args": FLAGS, "env": environment()}
