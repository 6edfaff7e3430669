"""Reading what real and hostile mail contains: no exception but one, no bomb goes off, one sender or none."""

import base64
import time

import pytest

from requests_app.intake import mime
from requests_app.intake.envelope import look_at
from requests_app.intake.html_text import to_text
from requests_app.intake.quoted import own_words
from tests.intake import wrapped_mail
from tests.intake.letters_by_post import BOMBS, READABLE, SENDERS, letter, several

ODD = READABLE | wrapped_mail.READABLE


@pytest.mark.parametrize("name", ODD)
def test_an_odd_mail_is_read(name: str) -> None:
    raw, text = ODD[name]
    assert text in mime.read(raw).text


@pytest.mark.parametrize("name", wrapped_mail.WITH_FILES)
def test_a_file_is_found_in_any_wrapping_and_typed_by_its_content(name: str) -> None:
    raw, files = wrapped_mail.WITH_FILES[name]
    found = mime.read(raw).attachments
    assert [(one.name, one.type, one.size) for one in found] == files
    assert [len(content) for _name, content in mime.files(raw)] == [size for _name, _type, size in files]


@pytest.mark.parametrize("name", wrapped_mail.ENCRYPTED)
def test_what_is_encrypted_is_known_to_be(name: str) -> None:
    assert mime.read(wrapped_mail.ENCRYPTED[name]).encrypted


@pytest.mark.parametrize("name", wrapped_mail.FORWARDED)
def test_a_mail_inside_a_mail_is_not_its_senders_words(name: str) -> None:
    mail = mime.read(wrapped_mail.FORWARDED[name])
    assert (mail.text, "delete all of my personal" in mail.forwarded) == ("", True)


@pytest.mark.parametrize("name", wrapped_mail.BROKEN)
def test_a_broken_wrapping_costs_little_and_breaks_nothing(name: str) -> None:
    began = time.process_time()
    mime.read(wrapped_mail.BROKEN[name])
    assert time.process_time() - began < 1


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_quickly(name: str) -> None:
    raw, reason = BOMBS[name]
    began = time.process_time()
    with pytest.raises(mime.UnreadableMail, match=reason):
        mime.read(raw)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("given", SENDERS)
def test_one_sender_or_none(given: str) -> None:
    assert mime.read(letter(sender=given)).sender == SENDERS[given]


def test_two_from_headers_are_no_sender() -> None:
    mail = mime.read(letter(more="From: olu@example.org"))
    assert (mail.sender, mail.senders) == ("", 2)


def test_a_subject_cannot_break_out_of_its_line() -> None:
    mail = mime.read(letter(subject="=?utf-8?q?hello=0D=0ABcc:_max@example.org?="))
    assert mail.subject == "hello Bcc: max@example.org"


def test_an_attachment_is_listed_by_name_size_and_digest() -> None:
    kind, body = several([("Content-Type: text/plain", "hi"), ("Content-Type: image/png; name=a.png", "png")])
    found = mime.read(letter(body, kind=kind)).attachments
    assert [(a.name, a.declared_type, a.size) for a in found] == [("a.png", "image/png", 3)]


@pytest.mark.parametrize("text", [
    "Delete it.\n\nOn Mon, 2 Nov 2026 at 10:00, MiMap <bd@mimap.com> wrote:\n> a copy of your data",
    "Delete it.\n\nOn Mon, 2 Nov 2026 at 10:00, MiMap\n<bd@mimap.com> wrote:\n\n> old",
    "Delete it.\n\n-----Original Message-----\nold",
    "Delete it.\n\nFrom: MiMap\nSent: Monday\nSubject: x\n\nold",
    "Delete it.\n\n发件人: MipMap\n发送时间: 2026年11月2日\n主题: 您的请求\n\n旧",
    "Delete it.\n\n------------------ 原始邮件 ------------------\n发件人: x\n\n旧",
    "Delete it.\n\n在 2026-11-02 10:00:00，“MipMap” <a@b.cn> 写道：\n旧",
    "> a copy\n\nDelete it.\n\n--\nDana",
    "Delete it.\n\nSent from my iPhone",
    "Delete it.\n\n发自我的iPhone",
])  # fmt: skip
def test_only_the_writers_own_words_count(text: str) -> None:
    assert own_words(text) == "Delete it."


def test_on_monday_begins_no_quotation() -> None:
    text = "On Monday I wrote to you.\nFrom: my point of view you are late.\nDelete my data."
    assert own_words(text) == text


def test_a_quotation_in_html_is_marked() -> None:
    text = to_text("<p>Delete it</p><blockquote><div>a copy of your data</div></blockquote>")
    assert own_words(text) == "Delete it"


def test_hostile_html_costs_little() -> None:
    began = time.process_time()
    for source in ("<div>" * 100_000, "<div>" * 9_999, "<" * 500_000, "<!--" * 100_000, "<b><p>" * 4_999):
        to_text(source)
    assert time.process_time() - began < 4


def test_the_outside_of_anything_can_be_looked_at() -> None:
    for raw in (
        b"",
        b"\x00\xff" * 1000,
        b":" * 10_000,
        b"A" * 1_000_000,
        b"\r\n\r\n",
        b"From dana\n x\n: y\n\n",
    ):
        assert look_at(raw).message_id == ""


def test_a_long_file_is_read_whole_wherever_it_lies() -> None:
    content = bytes(range(256)) * 1500
    lines = base64.encodebytes(content).decode()
    kind, body = several([
        ("Content-Type: text/plain", "word\n" * 1500 + "the end"),
        ("Content-Type: application/pdf; name=a\nContent-Transfer-Encoding: base64", lines),
        ("Content-Type: application/pdf; name=b\nContent-Transfer-Encoding: base64", f"{lines}\n{lines}"),
        ("Content-Type: application/octet-stream; name=c", f"not encoded\n{lines}"),
    ])  # fmt: skip
    raw = letter(body, kind=kind)
    mail = mime.read(raw)
    assert mail.text.count("word") == 1500
    assert mail.text.endswith("the end")
    assert "cut-" not in mail.text
    files = dict(mime.files(raw))
    assert files["a"] == content
    assert files["b"].startswith(content)
    assert files["c"].replace(b"\r\n", b"\n").strip() == f"not encoded\n{lines}".encode().strip()
