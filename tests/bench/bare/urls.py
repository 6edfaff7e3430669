"""The two addresses of the floor."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

TABLE = "CREATE TABLE bench_floor (id bigserial PRIMARY KEY, kind text NOT NULL, content text NOT NULL)"
INSERT = "INSERT INTO bench_floor (kind, content) VALUES (%s, %s) RETURNING id"


def send(request: HttpRequest) -> HttpResponse:
    """Read the form, insert twice in one transaction, answer with nothing."""
    email = request.POST.get("email", "")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, ["submission", email])
        cursor.execute(INSERT, ["case", email])
    return HttpResponse(status=204, headers={"Content-Length": "0"})


PAGE = engines["django"].from_string(
    "<!doctype html><title>{{ title }}</title><main><h1>{{ title }}</h1><ul>"
    '{% for row in rows %}<li><a href="{{ row.url }}">{{ row.title }}</a> {{ row.text }}</li>{% endfor %}'
    "</ul></main>"
)
ROWS = [
    {"url": f"/{n}/", "title": f"Row {n}", "text": "What stands beside it, <escaped>. " * 4}
    for n in range(40)
]


def page(request: HttpRequest) -> HttpResponse:
    """Render one template."""
    return HttpResponse(PAGE.render({"title": "Forty rows", "rows": ROWS}, request))


urlpatterns = [path("send", send), path("page", page)]
