"""The one address of the floor."""

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
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


urlpatterns = [path("send", send)]
