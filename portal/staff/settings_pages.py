"""What this portal is set to, to be read and nowhere to be changed: each page names the file that says so."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.front import LANGUAGE_NAMES
from portal.look.days import in_words, page_language
from portal.staff import settings_words
from portal.staff.doors import Place, page, staff_page
from requests_app import law, owed, permits
from requests_app.models import PublishedYear
from requests_app.permits import Act
from requests_app.register.inventory import Retention

MOST_FIELDS = 200
"""On one page."""


@dataclass(frozen=True)
class Section:
    """One table under a heading; ``source`` is the file behind it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Held:
    """One holding: why it is there, who receives it, how long it is kept, and where each of its fields lies."""

    title: str
    system: str
    facts: Sequence[tuple[str, str]]
    fields: Sequence[tuple[str, str]]


@staff_page(act=permits.SEE_HEALTH)
def index(request: HttpRequest, place: Place) -> HttpResponse:
    """The way to each page this person may read."""
    pack = place.slug
    known: list[tuple[str, Act, str, str, str]] = [
        ("settings_controller", permits.SEE_SETTINGS, _("Controller"),
         _("Name, address, mailboxes, statutes, rights, brand"), f"{pack}/controller.toml"),
        ("settings_inventory", permits.SEE_SETTINGS, _("Inventory"),
         _("Where each kind of data lies, why, who receives it, how long it is kept"), f"{pack}/inventory.yml"),
        ("settings_calendars", permits.SEE_SETTINGS, _("Calendars"),
         _("Days off and make-up days by year; what is provisional"), "requests_app/law/calendars/"),
        ("settings_letters", permits.SEE_SETTINGS, _("Letters"),
         _("What each statute makes a letter say, and every mail with invented data"), "requests_app/law/regimes/"),
        ("rulebook", permits.READ_CASE, _("Rulebook"),
         _("Rights, deadlines, exemptions, worked examples"), "requests_app/law/regimes/"),
        ("settings_health", permits.SEE_HEALTH, _("Mail and systems"),
         _("Mailboxes, outbox, connected systems: when each last answered"), ""),
        ("people", permits.SEE_STAFF, _("Staff"), _("Accounts and roles"), ""),
        ("training", permits.READ_TRAINING, _("Training"), _("Who was trained, when, on what"), ""),
        ("staff_log", permits.READ_STAFF_LOG, _("Log of staff"), _("Every change to an account or a role"), ""),
    ]  # fmt: skip
    rows = [
        {"url": place.url(name), "title": title, "text": text, "source": source}
        for name, act, title, text, source in known
        if place.may_do(act)
    ]
    return page(request, place, "settings", {"rows": rows})


@staff_page(act=permits.SEE_SETTINGS)
def controller(request: HttpRequest, place: Place) -> HttpResponse:
    """Who answers, as the pack says."""
    known, lang = place.controller, page_language()
    named = [
        (pgettext("a company", "Name"), known.name),
        (_("Legal name"), known.legal_name),
        (_("Postal address"), known.address),
    ]
    said = [
        *([title, *(wording.get(code) or "–" for code in LANGUAGE_NAMES)] for title, wording in named),
    ]
    facts = [
        [_("Time zone"), known.zone],
        [_("Languages of letters"), _list(LANGUAGE_NAMES.get(code, code) for code in known.languages)],
        [_("Host names"), _list(known.hosts) or _("none of its own: chosen by path")],
        [_("Letters come from"), known.mail_from],
        [_("Calling code"), f"+{known.calling_code}" if known.calling_code else "–"],
        [_("Its own sites"), _list(known.sites) or "–"],
        [_("Report a weakness to"), _list(known.security_contacts) or "–"],
        [_("Brand colours"), _list((known.brand.brand, known.brand.brand_dark, known.brand.brand_mark))],
        *settings_words.switches(known),
    ]
    boxes = [
        [
            box.address,
            _("polled") if os.environ.get(box.imap_secret) else _("not polled from here"),
            box.imap_secret,
        ]
        for box in known.mailboxes
    ]
    rights = []
    for offered in (*known.rights, *known.unlisted):
        regime = law.regime(offered.regime, place.today)
        right = regime.right(offered.code)
        rights.append(
            [
                right.title.in_(lang),
                offered.code,
                regime.title.in_(lang),
                law.cite_in(right.basis, lang) if right.basis else "–",
            ]
        )
    routes = [
        [
            known.text(route.title, lang),
            law.cite_in(route.citation, lang) if route.citation else "–",
            route.url or "–",
        ]
        for route in known.outside_routes
    ]
    policies = [
        [
            in_words(one.published_on, "long"),
            LANGUAGE_NAMES.get(one.language, one.language),
            f"{known.slug}/policy/{one.path.name}",
        ]
        for one in sorted(known.policies, key=lambda one: one.published_on, reverse=True)
    ]
    source = f"{known.slug}/controller.toml"
    sections = [
        Section(_("Who answers"), ["", *LANGUAGE_NAMES.values()], said, source),
        Section(_("How it is set up"), [_("What"), _("Value")], facts, source),
        Section(
            _("Mailboxes"), [_("Address"), _("Polling"), _("Variable that holds its access")], boxes, source
        ),
        Section(
            _("Rights offered"),
            [_("Right"), _("Code of the right"), _("Statute"), _("Basis")],
            rights,
            source,
        ),
        Section(
            _("Where a person may complain outside"), [_("Place"), _("Basis"), _("Address")], routes, source
        ),
        Section(
            _("Privacy policy"), [_("Published"), _("Language"), _("File")], policies, f"{known.slug}/policy/"
        ),
    ]
    return _show(request, place, _("Controller"), sections)


@staff_page(act=permits.SEE_SETTINGS)
def calendars(request: HttpRequest, place: Place) -> HttpResponse:
    """Every calendar a statute of this controller counts by, year by year; two queries."""
    lang, published = page_language(), {}
    for one in PublishedYear.objects.order_by("version")[:200]:
        published[one.calendar, one.year] = one
    used = {law.regime(code, place.today).calendar for code in place.controller.regimes}
    sections = []
    for code, calendar in sorted(owed.calendars().items(), key=lambda pair: pair[0] not in used):
        rows = []
        for year, days in sorted(calendar.years.items()):
            notice = published.get((code, year))
            rows.append(
                [
                    str(year),
                    str(sum(1 for run in days.off for _day in run)),
                    str(len(days.make_up)) if days.make_up else "–",
                    _("provisional") if days.provisional else _("published"),
                    law.cite_in(days.citation, lang)
                    + ("" if days.confirmed else f" · {_('to be confirmed by counsel')}"),
                    _("brought in here on %(day)s") % {"day": in_words(notice.published_at)} if notice else _("with the release"),
                ]
            )  # fmt: skip
        title = f"{calendar.title.in_(lang)} · {code}"
        sections.append(
            Section(
                title if code in used else _("%(calendar)s (not used here)") % {"calendar": title},
                [_("Year"), _("Days off"), _("Make-up days"), _("Standing"), _("Basis"), _("Came")], rows,
                f"requests_app/law/calendars/{code}.py",
                _("Version %(version)s. A year that is not listed counts weekends only, and whatever is counted on it is provisional.")
                % {"version": calendar.version},
            )
        )  # fmt: skip
    return _show(request, place, _("Calendars"), sections)


@staff_page(act=permits.SEE_SETTINGS)
def inventory(request: HttpRequest, place: Place) -> HttpResponse:
    """Where a kind of data is held: every field whose names, purpose or recipients hold all the words asked for."""
    asked = request.GET.get("q", "").strip()[:80]
    found = _holdings(place, asked.casefold().split())
    fields = sum(len(one.fields) for one in found)
    systems = [
        [
            place.controller.text(system.title, page_language()), settings_words.connector(system.connector), system.secret or "–",
            ngettext("%(n)s table", "%(n)s tables", len(system.collections)) % {"n": len(system.collections)},
            str(sum(len(collection.holdings) for collection in system.collections.values())),
        ]
        for system in place.controller.inventory.systems.values()
    ]  # fmt: skip
    source = f"{place.slug}/inventory.yml"
    listed = Section(
        _("Systems"),
        [_("System"), _("Connector"), _("Variable that holds its address"), _("Tables"), _("Holdings")],
        systems, source,
    )  # fmt: skip
    said = ngettext("%(n)s field", "%(n)s fields", fields) % {"n": fields}
    said += " · " + ngettext("%(n)s holding", "%(n)s holdings", len(found)) % {"n": len(found)}
    context = {
        "asked": asked, "said": said, "source": source, "section": listed, "holdings": _first(found),
        "more": _("The first %(n)s are shown; ask more narrowly.") % {"n": MOST_FIELDS} if fields > MOST_FIELDS else "",
    }  # fmt: skip
    return page(request, place, "settings_inventory", context)


def _first(found: list[Held]) -> list[Held]:
    """As many whole holdings as a page has room for, and always one."""
    shown = 0
    for number, one in enumerate(found):
        shown += len(one.fields)
        if shown > MOST_FIELDS and number:
            return found[:number]
    return found


def _holdings(place: Place, words: list[str]) -> list[Held]:
    """Each holding with those of its fields that hold all the words, under whatever names they go."""
    text, lang, found = place.controller.text, page_language(), []
    for system in place.controller.inventory.systems.values():
        for collection in system.collections.values():
            for holding in collection.holdings:
                about = [
                    system.key, *system.title.values(), collection.name, *collection.title.values(), holding.key,
                    *holding.title.values(), *holding.purpose.values(), *holding.recipients.values(),
                ]  # fmt: skip
                fields = []
                for name in holding.fields:
                    column = collection.fields[name]
                    told = [
                        name,
                        column.category.replace(".", " ").replace("_", " "),
                        *column.title.values(),
                        *about,
                    ]
                    if not all(word in " ".join(told).casefold() for word in words):
                        continue
                    marks = [_("sensitive")] if column.sensitive else []
                    marks += [_("never handed over")] if column.never_disclose else []
                    fields.append(
                        (" · ".join([text(column.title, lang), *marks]), f"{collection.name}.{name}")
                    )
                if fields:
                    since = (
                        collection.fields.get(holding.retention.counted_from) if holding.retention else None
                    )
                    counted = text(since.title, lang) if since else ""
                    facts = [
                        (_("Purpose"), text(holding.purpose, lang)),
                        (_("Recipients"), text(holding.recipients, lang)),
                        (_("Kept for"), _kept(holding.retention, counted)),
                    ]
                    found.append(Held(text(holding.title, lang), text(system.title, lang), facts, fields))
    return found


def _kept(retention: Retention | None, counted: str) -> str:
    if retention is None:
        return _("no term of its own")
    months = ngettext("%(n)s month", "%(n)s months", retention.months) % {"n": retention.months}
    since = _("from %(column)s") % {"column": counted or retention.counted_from}
    unsure = [] if retention.confirmed else [_("to be confirmed by counsel")]
    return " · ".join([months, since, law.cite_in(retention.citation, page_language()), *unsure])


def _show(request: HttpRequest, place: Place, title: str, sections: list[Section]) -> HttpResponse:
    return page(request, place, "settings_page", {"title": title, "sections": sections})


def _list(parts: Iterable[str]) -> str:
    return law.LISTING.in_(page_language()).join(parts)
