"""What hangs on a case, read once for its file: the rarer kinds of rows together in one statement, however many there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.db.models import Q

from identity.models import Evidence, Mandate, User
from portal.staff import assigning, releasing, texts
from portal.staff.doors import Place
from requests_app import access, doubts, journal, law, owed, permits, windows
from requests_app.decision import hold
from requests_app.models import (
    Approval,
    Case,
    CaseEvent,
    Doubt,
    Holding,
    LegalHold,
    Letter,
    Mention,
    Message,
    Paper,
    Restriction,
    Submission,
    WaitingReply,
    Work,
)
from requests_app.verification import acting, representative

LATEST = 200
"""So many of the newest messages; of a case with more of them the older ones stand in the evidence pack."""
MAILS = 50
SHOWN_OF_OTHERS = (
    "reference", "controller", "regime", "right", "received_at", "received_on", "state", "outcome", "subject_index",
    "submission", "cause",
)  # fmt: skip
"""Columns of a case that stands in a list of another's file."""


@dataclass(frozen=True)
class Contents:
    """The rows of one case; what is sealed in works and letters is left where it lies."""

    case: Case
    works: list[Work]
    holdings: list[Holding]
    """With their determinations."""
    chain: list[CaseEvent]
    """The journal from its first event; of a name that comes very often only the newest."""
    proof: journal.Trouble | None
    """Why the journal does not hold, if it does not: of this every event was read."""
    people: list[User]
    """Colleagues who may work it."""
    known: list[User]
    """They, and everybody else of whom the journal speaks."""
    full: tuple[law.Full, ...]
    letters: list[Letter]
    holds: list[LegalHold]
    doubts: list[Doubt]
    """Those that stand."""
    messages: list[Message]
    """Newest first; none for who reads no papers."""
    mentions: list[Mention]
    papers: list[Paper]
    mails: list[Submission]
    """What came after the submission, and the letter that it was split from."""
    replies: list[WaitingReply]
    approvals: list[Approval]
    """Those that count."""
    sisters: bool
    """Whether this person has another case."""
    together: list[Case]
    """What came in the same request, of whomever it is, the oldest first."""
    linked: dict[int, Case]
    """The cases it points at, their references alone."""
    readings: dict[str, int]
    """How far people are with reading texts; empty where there are none."""
    authority: acting.Known
    """By which somebody acts for another; empty where nobody does."""
    shown: list[Evidence]
    """The papers of it, destroyed or not."""
    restriction: Restriction | None
    calendars: owed.Calendars

    def newest(self, *names: str) -> CaseEvent | None:
        """The last event of one of these names."""
        return next((event for event in reversed(self.chain) if event.name in names), None)


def contents_of(place: Place, case: Case) -> Contents:
    """Read them."""
    reads = place.may_do(permits.READ_PAPERS)
    said, named = case.messages.order_by("-pk"), case.mentions.order_by("pk")
    same = access.cases_for(place.desk, place.slug).filter(subject_index=case.subject_index or None)
    beside = access.cases_of_letter(place.desk, place.slug, case.submission).exclude(pk=case.pk)
    came = Q(joined=case) | Q(pk=case.submission.split_from_id)
    matter = case.authority_matter if acting.acts(case) else None
    hangs = access.hanging_on(
        case,
        {
            "letters": case.letters.defer("sealed", "sealed_pdf", "sealed_page").order_by("pk"),
            "holds": hold.binding(case),
            "doubts": doubts.open_doubts(case),
            "messages": said[:LATEST] if reads else said.none(),
            "mentions": named.filter(message__in=said.values("pk")[:LATEST]) if reads else named.none(),
            "papers": case.papers.order_by("pk"),
            "mails": Submission.objects.filter(came).defer("sealed").order_by("pk")[:MAILS],
            "replies": releasing.waiting_on(place, case),
            "approvals": case.approvals.filter(void=False).select_related("by").order_by("pk"),
            "readings": texts.counted(case),
            "sisters": same.exclude(pk=case.pk).only("pk")[:1],
            "together": beside.only(*SHOWN_OF_OTHERS).order_by("pk")[:MAILS],
            "linked": access.named_by(case),
            "claim": Mandate.objects.filter(matter=matter),
            "joint": representative.sisters(case) if matter else same.none(),
            "shown": Evidence.objects.filter(matter=matter).order_by("kept_at", "pk"),
            "restriction": Restriction.objects.filter(case=case),
            "kept": windows.kept_of(case),
            "calendars": owed.published(),
        },
    )
    for message in hangs["messages"]:
        message.case = case
    events, proof = _journal(case)
    known = assigning.colleagues_and(place, {case.proposed_by_id, *journal.staff_in(events)})
    return Contents(
        case=case,
        works=list(case.works.defer("sealed").order_by("pk")),
        holdings=list(case.holdings.select_related("determination").order_by("pk")),
        chain=events,
        proof=proof,
        people=[one for one in known if one.works_here],
        known=known,
        full=windows.used_up(case, hangs.pop("kept")),
        sisters=bool(hangs.pop("sisters")),
        linked={one.pk: one for one in hangs.pop("linked")},
        readings=next(iter(hangs.pop("readings")), {}),
        authority=acting.Known(next(iter(hangs.pop("claim")), None), hangs.pop("joint")),
        restriction=next(iter(hangs.pop("restriction")), None),
        calendars=owed.with_published(hangs.pop("calendars")),
        **hangs,
    )


def _journal(case: Case) -> tuple[list[CaseEvent], journal.Trouble | None]:
    """One walk along the chain, in one statement however long it is: whether it holds, and what a page can show of it.

    The newest of each name are enough for every reader, who asks by names or for the newest of all.
    """
    newest: dict[str, deque[CaseEvent]] = {}

    def kept() -> Iterator[CaseEvent]:
        for event in journal.timeline(case):
            newest.setdefault(event.name, deque(maxlen=LATEST)).append(event)
            yield event

    walked = kept()
    proof = journal.verify(case, walked)
    # Where it does not hold the rest is shown all the same.
    deque(walked, maxlen=0)
    return sorted(chain.from_iterable(newest.values()), key=lambda event: event.number), proof
