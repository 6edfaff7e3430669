"""Servers start when the first test needs a database; Django then makes its test database on them."""

import pytest

from tests.stack import STACK


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """pytest-django calls this before it creates the database."""
    STACK.start()
