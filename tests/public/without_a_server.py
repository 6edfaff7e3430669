"""A browser that looks at what a test client sees: no process, no port, the test's own rolled-back database."""

from __future__ import annotations

from contextvars import Context, copy_context
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Route

from tests.public.conftest import Visitor
from tests.stack import ROOT

ORIGIN = "http://localhost"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


def answer_for(visitor: Visitor, context: BrowserContext) -> None:
    """From now on this browser opens pages as the visitor. What is typed, the visitor sends; redirects are not followed."""
    # Playwright calls back in a context of its own, in which Django would open another connection.
    here = copy_context()
    context.route("**/*", lambda route: _answer(visitor, route, here))


def _answer(visitor: Visitor, route: Route, here: Context) -> None:
    asked = urlsplit(route.request.url)
    if f"{asked.scheme}://{asked.netloc}" != ORIGIN:
        # Nothing may be asked of anybody else; the page lacks it then, and the test sees that.
        route.abort()
        return
    if asked.path.startswith("/static/"):
        file = Path(ROOT / asked.path.lstrip("/"))
        route.fulfill(body=file.read_bytes(), content_type=TYPES.get(file.suffix, "application/octet-stream"))
        return
    path = f"{asked.path}?{asked.query}" if asked.query else asked.path
    answer = here.copy().run(visitor.get, path)
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    route.fulfill(status=answer.status_code, headers=headers, body=answer.getvalue())
