"""Views that somebody kept under a name, for themselves or for everybody at this desk."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.staff import filters
from portal.staff.doors import Place, staff_page
from requests_app.models import SavedView

MOST = 30


@staff_page("POST", works=True)
def keep(request: HttpRequest, place: Place) -> HttpResponse:
    """Keep the filters of an address under a name; the same name again replaces it."""
    name = " ".join(request.POST.get("name", "").split())[:40]
    query = filters.cleaned(request.POST.get("query", ""), place)
    if not name or not query:
        messages.warning(request, _("Give the view a name."))
        return redirect(f"{place.url('queue')}?{query}")
    mine = SavedView.objects.filter(controller=place.slug, owner=place.desk.user)
    if mine.exclude(name=name).count() >= MOST:
        messages.warning(request, _("At most thirty views: drop one first."))
        return redirect(f"{place.url('queue')}?{query}")
    SavedView.objects.update_or_create(
        controller=place.slug, owner=place.desk.user, name=name,
        defaults={"query": query, "shared": request.POST.get("shared") == "yes"},
    )  # fmt: skip
    messages.success(request, _("The view is kept."))
    return redirect(f"{place.url('queue')}?{query}")


@staff_page("POST", works=True)
def drop(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """One's own view, shared or not."""
    found = SavedView.objects.filter(pk=number, controller=place.slug, owner=place.desk.user).first()
    if found is None:
        raise Http404
    found.delete()
    messages.success(request, _("The view is gone."))
    return redirect(place.url("queue"))


def group(place: Place, query: str) -> tuple[dict[str, object] | None, SavedView | None]:
    """For the column of views, and the reader's own view that this address is; one query."""
    found = SavedView.objects.filter(
        Q(owner=place.desk.user) | Q(shared=True), controller=place.slug
    ).select_related("owner")
    seen = list(found.order_by("name", "pk")[: 2 * MOST])
    rows = [
        {
            "url": f"{place.url('queue')}?{one.query}",
            "title": one.name if one.owner_id == place.desk.user.pk else f"{one.name} · {one.owner}",
            "count": "",
            "current": one.query == query,
        }
        for one in seen
    ]
    mine = next((one for one in seen if one.owner_id == place.desk.user.pk and one.query == query), None)
    return ({"title": _("Kept views"), "rows": rows} if rows else None), mine
