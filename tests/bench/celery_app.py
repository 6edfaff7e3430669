"""The portal's own worker with one more task, which does nothing: the floor of whatever Celery carries."""

from portal.celery import app

NOTHING = "tests.bench.nothing"


@app.task(name=NOTHING)
def nothing() -> None:
    """Fetch, return."""
