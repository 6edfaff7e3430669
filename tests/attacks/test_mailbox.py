"""Mail that a stranger causes: how much, with whose words, to how many, and what stops the rest."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email import message_from_bytes, policy
from email.utils import getaddresses

import pytest
from django.core import mail
from django.utils import timezone

from identity import sealing
from requests_app import subject
from requests_app.letters import mails, outbox
from requests_app.models import Case, Letter
from requests_app.verification import clock
from requests_app.verification import steps as verification
from tests.build import build_case, found
from tests.people import open_case, run_pipeline

pytestmark = pytest.mark.django_db
EVIL = "BUY-NOW https://evil.example/"


@pytest.mark.parametrize(
    "submits", [10, pytest.param(500, marks=[pytest.mark.long, pytest.mark.timeout(900)])]
)
def test_however_many_forms_name_a_victim_three_mails_leave_without_a_word_of_the_sender(
    samples, submits
) -> None:
    """TRUST 19: for an address some system knows and for one nobody knows."""
    for victim in ("dana@example.com", "nobody@example.net"):
        Letter.objects.update(status="withheld")
        for _ in range(submits):
            open_case("mimap", "DELETE", email=victim, name=EVIL)
            run_pipeline()
        verification.ask_again(Case.objects.latest("pk"))
        run_pipeline()
        mail.outbox.clear()
        outbox.send_waiting()
        to_victim = [one for one in mail.outbox if victim in one.to]
        assert 0 < len(to_victim) <= 3
        assert not any("evil" in str(one.message()) or "BUY" in str(one.message()) for one in mail.outbox)


def test_a_case_is_acknowledged_by_a_letter_that_left_and_by_no_other(samples) -> None:
    """TRUST 19: a withheld letter has told nobody anything, and the record does not say it has."""
    cases = [open_case("mimap", "DELETE", email="dana@example.com") for _ in range(5)]
    run_pipeline()
    told = [bool(Case.objects.get(pk=case.pk).acknowledged_at) for case in cases]
    assert told == [True, True, True, False, False]
    Letter.objects.update(made_at=timezone.now() - timedelta(days=2))
    verification.ask_again(cases[4])
    run_pipeline()
    cases[4].refresh_from_db()
    assert cases[4].acknowledged_at


HOSTILE = [
    "a@example.org\r\nBcc: evil@example.net",
    "a@example.org, evil@example.net",
    "a@example.org\nTo: evil@example.net",
    '"a, evil@example.net"@example.org',
    "a@example.org;evil@example.net",
    "<a@example.org> <evil@example.net>",
    "a@example.org\x00evil@example.net",
    "a@example.org\u2028Bcc: evil@example.net",
    "дана@example.org",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_or_name_reaches_one_recipient_or_nobody(address) -> None:
    """TRUST 23: parse what was built; there is one To, and no header that nobody meant."""
    case = build_case({"customers.identity": found(1)}, name=f"Dana\r\nBcc: evil@example.net {address}")
    words = outbox.Words(f"About\r\nBcc: evil@example.net {address}", "text")
    letter = outbox.queue(case=case, kind="code", once="x", to=address or " ", words=words)
    letter.refresh_from_db()
    mail.outbox.clear()
    outbox.send(letter.pk)
    letter.refresh_from_db()
    assert letter.attempts == 1 and letter.status in {"sent", "failed"}
    for sent in mail.outbox:
        built = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
        assert [name for name in ("bcc", "cc") if name in built] == []
        assert len(sent.recipients()) == 1 and len(built.get_all("to")) == 1
        assert "evil@example.net" not in [found[1] for found in getaddresses([str(built["subject"])])]


class Server:
    """Answers as an SMTP server would for one recipient."""

    def __init__(self, code: int) -> None:
        self.code = code

    def send(self) -> None:
        """Refuse."""
        raise smtplib.SMTPRecipientsRefused({"dana@example.com": (self.code, b"no")})


@pytest.mark.parametrize(("code", "status"), [(450, "queued"), (451, "queued"), (550, "failed")])
def test_a_greylist_only_delays_a_letter(monkeypatch, code, status) -> None:
    """TRUST 49: 4yz means later, 5yz means no."""
    case = build_case({"customers.identity": found(1)})
    letter = outbox.queue(
        case=case, kind="reminder", once="r", to="dana@example.com", words=mails.reminder(case)
    )
    monkeypatch.setattr(outbox, "build_mail", lambda *_: Server(code))
    assert not outbox.send(letter.pk)
    letter.refresh_from_db()
    assert (letter.status, letter.attempts, bool(letter.next_try_at)) == (status, 1, status == "queued")


def test_one_letter_that_cannot_be_written_does_not_bar_the_others(monkeypatch) -> None:
    """TRUST 49: a destroyed key, and a fault that nobody foresaw, at the head of the outbox."""
    bad, odd, good = (
        build_case({"customers.identity": found(1)}, email=f"d{n}@example.org") for n in range(3)
    )
    letters = [
        outbox.queue(case=c, kind="reminder", once="r", to=subject.read(c).email, words=mails.reminder(c))
        for c in (bad, odd, good)
    ]
    sealing.destroy(bad.key)
    build = outbox.build_mail

    def broken(letter: Letter, content: dict[str, str]) -> object:
        if letter.pk == letters[1].pk:
            raise RuntimeError
        return build(letter, content)

    monkeypatch.setattr(outbox, "build_mail", broken)
    mail.outbox.clear()
    outbox.send_waiting()
    assert [one.to for one in mail.outbox] == [["d2@example.org"]]
    states = [Letter.objects.get(pk=one.pk) for one in letters]
    assert [one.status for one in states] == ["failed", "queued", "sent"]
    assert states[1].next_try_at > timezone.now()


def test_one_case_in_trouble_does_not_let_the_dates_of_the_others_pass(samples) -> None:
    """TRUST O13: the first case's key is gone; the second is still answered on its day."""
    long_ago = timezone.now() - timedelta(days=100)
    broken, waiting = (open_case("mimap", "DELETE", received_at=long_ago - timedelta(days=n)) for n in (1, 0))
    run_pipeline()
    Case.objects.filter(pk=broken.pk).update(regime="gone")
    clock.watch(timezone.now())
    waiting.refresh_from_db()
    assert waiting.outcome == "not_identified"
