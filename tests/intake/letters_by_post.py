"""Makes mails for the tests: plain ones, and odd and hostile ones as bytes."""

from __future__ import annotations

import base64
import itertools
from email.header import Header

_numbers = itertools.count(1)
ASK = "Please delete all of my personal information."


def letter(
    text: str | bytes = ASK, *, sender: str = "Dana Whitfield <dana@example.com>", to: str = "bd@mimap.com",
    subject: str = "Hello", message_id: str | None = None, kind: str = "text/plain; charset=utf-8",
    more: str = "",
) -> bytes:  # fmt: skip
    """One mail with a fresh Message-ID."""
    identity = f"<{next(_numbers)}.test@example.com>" if message_id is None else message_id
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        "MIME-Version: 1.0",
        f"Content-Type: {kind}",
    ]
    if identity:
        lines.append(f"Message-ID: {identity}")
    lines += [line for line in more.split("\n") if line]
    body = text if isinstance(text, bytes) else text.encode()
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def several(
    parts: list[tuple[str, str]], *, kind: str = "multipart/mixed", closed: bool = True
) -> tuple[str, bytes]:
    """Content type and body of a mail in parts: ``(headers, text)`` each."""
    pieces = [f"--b0\n{headers}\n\n{text}\n" for headers, text in parts]
    return f'{kind}; boundary="b0"', ("".join(pieces) + ("--b0--\n" if closed else "")).encode()


def report(action: str = "failed", status: str = "5.1.1", *, returned: str = "") -> bytes:
    """A delivery report as RFC 3464 lays it out; ``returned`` is the Message-ID of what did not arrive."""
    kind, body = several(
        [
            ("Content-Type: text/plain", "I could not deliver your mail. Please delete my data."),
            (
                "Content-Type: message/delivery-status",
                "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; dana@example.com\n"
                f"Action: {action}\nStatus: {status} (bad mailbox)\n",
            ),
            (
                "Content-Type: text/rfc822-headers",
                f"Message-ID: {returned or '<other@example.org>'}\nSubject: Hello",
            ),
        ],
        kind="multipart/report; report-type=delivery-status",
    )
    return letter(body, kind=kind, sender="MAILER-DAEMON <mailer-daemon@example.com>")


def _nested(depth: int) -> tuple[str, bytes]:
    text = "".join(f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n" for n in range(depth))
    return "multipart/mixed; boundary=b0", f"{text}--b{depth}\nContent-Type: text/plain\n\n{ASK}\n".encode()


def _forward_in_forward(depth: int) -> tuple[str, bytes]:
    return "message/rfc822", ("Content-Type: message/rfc822\n\n" * depth + f"Subject: x\n\n{ASK}\n").encode()


def _mail(kind_and_body: tuple[str, bytes], **more: str) -> bytes:
    return letter(kind_and_body[1], kind=kind_and_body[0], **more)


CHINESE = "请删除我的个人信息。"
HTML = "<style>p{}</style><body><p>Please&nbsp;<b>delete</b> my&#32;data.</p><script>x()</script></body>"

READABLE: dict[str, tuple[bytes, str]] = {
    "GB18030 by its narrow name": (
        letter(CHINESE.encode("gb18030"), kind="text/plain; charset=gb2312"), CHINESE),
    "GB18030 undeclared": (letter(CHINESE.encode("gb18030"), kind="text/plain"), CHINESE),
    "Big5": (
        letter("請刪除我的個人資料".encode("big5"), kind="text/plain; charset=big5"), "請刪除我的個人資料"),
    "UTF-7": (letter(CHINESE.encode("utf-7"), kind="text/plain; charset=utf-7"), CHINESE),
    "a charset nobody knows": (letter(ASK, kind="text/plain; charset=klingon-8"), ASK),
    "a charset that is no charset": (letter(ASK, kind="text/plain; charset=idna"), ASK),
    "broken UTF-8": (
        letter(b"Please delete my data \xff\xfe now", kind="text/plain; charset=utf-8"), "delete my data"),
    "declared ASCII, is UTF-8": (letter(CHINESE, kind="text/plain; charset=us-ascii"), CHINESE),
    "base64": (
        letter(base64.b64encode(CHINESE.encode()), more="Content-Transfer-Encoding: base64"), CHINESE),
    "broken base64": (letter("Please delete my data!", more="Content-Transfer-Encoding: base64"), ""),
    "HTML only": (letter(HTML, kind="text/html"), "Please delete my data."),
    "emoji": (letter("Delete my data 🙏🏽😡"), "Delete my data 🙏🏽😡"),
    "a boundary that never comes": (letter(ASK, kind="multipart/mixed; boundary=zzz"), ASK),
    "no boundary at all": (letter(ASK, kind="multipart/mixed"), ASK),
    "a boundary that is never closed": (
        _mail(several([("Content-Type: text/plain", ASK)], closed=False)), ASK),
    "plain beside HTML": (
        _mail(several([("Content-Type: text/plain", ASK), ("Content-Type: text/html", HTML)],
                      kind="multipart/alternative")), ASK),
    "an attachment is not the letter": (
        _mail(several([("Content-Type: text/plain", ASK),
                       ("Content-Type: text/plain\nContent-Disposition: attachment", "not this")])),
        ASK),
    "no headers but From": (b"From: dana@example.com\n\n" + ASK.encode(), ASK),
    "bare line feeds and NUL": (letter(ASK).replace(b"\r\n", b"\n") + b"\x00", ASK),
}  # fmt: skip

BOMBS: dict[str, tuple[bytes, str]] = {
    "300 parts": (_mail(several([("Content-Type: text/plain", "x")] * 300)), "too_many_parts"),
    "25 levels": (_mail(_nested(25)), "too_deep"),
    "500 boundaries": (_mail(_nested(500)), "too_many_parts"),
    "forward in forward": (_mail(_forward_in_forward(30)), "too_deep"),
    "forwards without end": (_mail(_forward_in_forward(5000)), "unreadable"),
    "2 million lines": (letter(b"\n" * 2_000_000), "too_many_lines"),
    "2,000 headers": (letter(more="\n".join(f"X-{n}: y" for n in range(2000))), "too_many_headers"),
}

SENDERS: dict[str, str] = {
    "dana@example.com": "dana@example.com",
    "<dana@example.com>": "dana@example.com",
    "Dana Whitfield <Dana@Example.com>": "Dana@Example.com",
    '"Whitfield, Dana (home)" <dana@example.com>': "dana@example.com",
    "Whitfield, Dana <dana@example.com>": "dana@example.com",
    "dana@example.com (Dana)": "dana@example.com",
    "dana@example.com <dana@example.com>": "dana@example.com",
    '"olu@example.org" <dana@example.com>': "dana@example.com",
    f"{Header('olu@example.org, ', 'utf-8').encode()} <dana@example.com>": "dana@example.com",
    "olu@example.org <dana@example.com>": "",
    "dana@example.com, olu@example.org": "",
    "<dana@example.com> <olu@example.org>": "",
    "dana@example.com)olu@example.org": "",
    "Friends: dana@example.com, olu@example.org;": "",
    "dana": "",
    "dana@exa mple.com": "",
    "": "",
}
