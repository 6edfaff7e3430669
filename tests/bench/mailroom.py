"""Mail from the inlet to an opened case, one worker, against parsing alone; the memory of a big one; how well it is understood."""

from __future__ import annotations

import base64
import itertools
import os
import re
import smtplib
import subprocess
import sys
import time
from email import policy
from email.parser import BytesParser
from pathlib import Path

from requests_app.models import Case
from tests.bench.table import Line, compared, interleaved
from tests.house import House
from tests.intake import labelled
from tests.intake.letters_by_post import ASK, letter, several
from tests.stack import ROOT

MAILS = 40
"""In one round."""
PARSED = 400
BIG_BYTES = 24 * 1024 * 1024
"""As near to the limit of 25 MB as its own wrapping allows."""
MEMORY_BUDGET_MB = 200
_numbers = itertools.count(1)


def measure(house: House) -> list[Line]:
    """One inlet process, one connection, mail after mail."""
    house.start("mail")
    with smtplib.SMTP("127.0.0.1", house.mail_port, timeout=60) as server:
        _sent(server, _mails(5))
        before = Case.objects.count()
        ours, floor = interleaved(
            lambda _number: _sent(server, _mails(MAILS)), lambda _number: _parsed(_mails(MAILS))
        )
    if Case.objects.count() - before != 5 * MAILS:
        raise RuntimeError("not every mail became a case")
    floor_name = "parsing the same mails, standard library"
    big, small = _peak_mb(house, _big()), _peak_mb(house, _mails(1)[0])
    return [
        compared("take a mail by SMTP, read it, open its case", "/s", ours, floor_name, floor),
        Line("memory at most, a mail of 25 MB", f"{big:.0f} MB", f"budget {MEMORY_BUDGET_MB} MB; a mail of 1 KB", f"{small:.0f} MB"),
    ]  # fmt: skip


def understood() -> str:
    """Precision and recall per right, on letters the rules were never tuned on beside those they may be."""
    readings = {name: labelled.read(labelled.letters(name)) for name in ("held_out", "known")}
    held_out, known = readings["held_out"], readings["known"]
    rows = [
        f"{'':22}{'never tuned on':>28}{'tuned on':>28}",
        f"{'':22}" + f"{'precision':>10}{'recall':>8}{'asked':>10}" * 2,
    ]
    for right in sorted(set(held_out.by_right) | set(known.by_right)):
        rows.append(f"{right:22}" + "".join(_score(one.by_right.get(right)) for one in (held_out, known)))
    rows.append(f"{'all':22}" + "".join(_score(one.whole()) for one in (held_out, known)))
    rows.append(f"{'letters':22}" + "".join(f"{one.letters:28}" for one in (held_out, known)))
    rows.append(
        f"{'asking, and noticed':22}"
        + "".join(f"{f'{one.told} of {one.asks}':>28}" for one in (held_out, known))
    )
    rows.append("\nWorst confusions (asked: what the rules were sure of), both sets:")
    confusions = held_out.confusions + known.confusions
    rows += [f"  {count} x  {asked}: {sure}" for (asked, sure), count in confusions.most_common(8)]
    return "\n".join(rows)


def _score(score: labelled.Score | None) -> str:
    return (
        f"{score.precision():10.2f}{score.recall():8.2f}{score.asked:10}"
        if score
        else f"{'–':>10}{'–':>8}{0:10}"
    )


def _mails(number: int) -> list[bytes]:
    """Each from somebody else; some in parts, as mail programs send them."""
    made = []
    for _ in range(number):
        n = next(_numbers)
        kind, body = several(
            [("Content-Type: text/plain; charset=utf-8", f"{ASK}\n\n-- \nAsker {n}"),
             ("Content-Type: text/html; charset=utf-8", f"<p>{ASK}</p><p>Asker {n}</p>")],
            kind="multipart/alternative",
        )  # fmt: skip
        made.append(letter(body, kind=kind, sender=f"Asker <asker{n}@example.com>"))
    return made


def _sent(server: smtplib.SMTP, mails: list[bytes]) -> float:
    began = time.perf_counter()
    for mail in mails:
        server.sendmail("asker@example.com", ["bd@mimap.com"], mail)
    return len(mails) / (time.perf_counter() - began)


def _parsed(mails: list[bytes]) -> float:
    parser, began = BytesParser(policy=policy.default), time.perf_counter()
    for mail in itertools.islice(itertools.cycle(mails), PARSED):
        body = parser.parsebytes(mail).get_body(("plain",))
        if body is None or ASK not in body.get_content():
            raise RuntimeError("not parsed")
    return PARSED / (time.perf_counter() - began)


def _big() -> bytes:
    lines = base64.encodebytes(os.urandom(BIG_BYTES // 77 * 57)).decode()
    kind, body = several([
        ("Content-Type: text/plain", ASK),
        ("Content-Type: application/octet-stream; name=big.bin\nContent-Transfer-Encoding: base64", lines),
    ])  # fmt: skip
    return letter(body, kind=kind, sender="Big <big@example.com>")


def _peak_mb(house: House, mail: bytes) -> float:
    """The most memory one process held that took this mail from a pipe."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "receive_mail", "--to", "bd@mimap.com"], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=house.environment(), cwd=ROOT,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(mail)
    process.stdin.close()
    # Not ru_maxrss: a child inherits the size of the process that started it.
    peak, file = 0.0, Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        found = re.search(r"VmHWM:\s+(\d+) kB", file.read_text())
        peak = int(found[1]) / 1024 if found else peak
        time.sleep(0.01)
    if process.returncode:
        raise RuntimeError("the mail was not taken")
    return peak
