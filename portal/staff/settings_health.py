"""Whether mail comes and goes and the systems answer: numbers and moments, of nobody's case."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.look.days import moment_in_words, page_language
from portal.staff import settings_words
from portal.staff.doors import Place, page, staff_page
from portal.staff.settings_pages import Section
from requests_app import permits
from requests_app.letters import trouble
from requests_app.models import MailboxMark
from requests_app.systems import health

CONNECTORS_ASKED = frozenset({"manual"})
"""A person is asked by mail: nothing there that could be down."""


@staff_page(act=permits.SEE_HEALTH)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Four bounded queries, whatever lies behind them."""
    sections = [_mailboxes(place), _outbox(place), _systems(place)]
    return page(request, place, "settings_page", {"title": _("Mail and systems"), "sections": sections})


def _mailboxes(place: Place) -> Section:
    addresses = [box.address for box in place.controller.mailboxes]
    marks = dict(MailboxMark.objects.filter(mailbox__in=addresses).values_list("mailbox", "read_at"))
    rows = [
        [address, _moment(marks.get(address), _("never, as far as this portal knows"))]
        for address in addresses
    ]
    note = _("Mail may also come by the inlet or the signed hook; then nothing is polled.")
    return Section(
        _("Mailboxes"), [_("Address"), _("Last polled")], rows, f"{place.slug}/controller.toml", note
    )


def _outbox(place: Place) -> Section:
    seen = trouble.outbox_of(place.slug, place.now)
    oldest = (
        f" · {_('oldest from %(moment)s') % {'moment': _moment(seen.oldest_at, '')}}"
        if seen.oldest_at
        else ""
    )
    rows = [
        [_("Waiting"), _count(seen.waiting) + oldest],
        [_("Waiting for longer than ten minutes"), _count(seen.stuck)],
        [_("Given up"), _count(seen.dead)],
        [_("Returned by the other side"), _count(seen.bounced)],
    ]
    return Section(_("Outbox"), [_("Letters"), _("Number")], rows)


def _systems(place: Place) -> Section:
    known, rows = health.answering(place.slug), []
    for key, system in place.controller.inventory.systems.items():
        seen = known.get(key, health.SILENT)
        by_hand = system.connector in CONNECTORS_ASKED
        standing = (
            _("a person is asked")
            if by_hand
            else _("answers")
            if seen.last_answered_at
            else _("not asked lately")
        )
        if seen.failing:
            standing = ngettext(
                "%(n)s piece of work failing", "%(n)s pieces of work failing", seen.failing
            ) % {"n": seen.failing}
            standing += " · " + ngettext("%(n)s try", "%(n)s tries", seen.tries) % {"n": seen.tries}
            if seen.next_try_at:
                standing += " · " + _("next try %(moment)s") % {"moment": _moment(seen.next_try_at, "")}
        title = place.controller.text(system.title, page_language())
        rows.append(
            [title, settings_words.connector(system.connector), _moment(seen.last_answered_at, "–"), standing]
        )
    columns = [_("System"), _("Connector"), _("Last answered"), _("Standing")]
    note = _("Judged by the newest %(n)s pieces of work. After five failures in a row each worker leaves a system alone for a minute.")  # fmt: skip
    return Section(
        _("Connected systems"), columns, rows, f"{place.slug}/inventory.yml", note % {"n": health.LATEST}
    )


def _count(n: int) -> str:
    return f"{n}+" if n >= trouble.COUNT_TO else str(n)


def _moment(moment: datetime | None, otherwise: str) -> str:
    return moment_in_words(moment, "short") if moment else otherwise
