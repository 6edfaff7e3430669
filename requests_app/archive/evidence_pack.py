"""Everything a regulator asks about one case in one ZIP, with a script inside that checks it offline."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from identity import sealing
from identity.models import User
from requests_app import journal, law, restriction, rules
from requests_app.letters import outbox
from requests_app.models import Case, Determination, Letter

PACKED = "evidence_packed"
VERIFIER = Path(__file__).with_name("verify_pack.py")
USE_PURPOSE = "use-of-exemption"
OURS_ALONE = frozenset({"task"})
"""Letters to those who look after a system: they say more about the person than the answer does."""
SECRET = re.compile(r"(https?://\S+?/(?:follow|task|notices|request)/)\S+")
CODE = re.compile(r"\b\d{3} \d{3}\b")
MOST_LETTERS = 500
README = """EVIDENCE PACK

What this is: how one privacy request was received, decided, carried out and answered.
How to check it: unpack it and run  python3 verify.py  (no network, nothing to install). It recomputes
the hash of every event of the journal and of every file, and says whether all of it is whole.

case.json        the request, or what was done of our own motion (own_motion): law, right, dates, outcome, retention; the head of its journal
journal.json     every event in order, chained by hash
clock.json       each deadline with the steps that lead to it
decisions.json   every holding, what was decided, under which provision, with the record of each exemption
restriction.json where data is kept and not used: why, until when, and whether it still stands
approvals.json   who approved what, by role and internal number, bound to a digest
systems.json     what each system was asked, and what it confirmed
letters/         what was sent, {letters}
manifest.json    SHA-256 of every file

Personal data: none beyond what the letters sent already hold. Addresses, names typed into the form,
internal notes, identity evidence and the data handed over are not in here. Sentences that staff wrote
about a case are given by their SHA-256, unless a letter in here says the same; codes and private links
are taken out of the letters.

证据包

内容：一项隐私请求如何被接收、决定、执行和答复。
核验方法：解压后运行 python3 verify.py（无需联网或安装）。程序重新计算日志每一条记录和每个文件的哈希值，
并说明是否完整。

个人信息：除已寄出函件中已有的内容外，不含任何个人信息。不包括地址、表单中填写的姓名、内部备注、
身份证明材料和已提供的数据。工作人员写下的文字只给出SHA-256值，除非所附函件中已有相同内容；函件中的验证码和私密链接已移除。
"""


def make(case: Case, *, by: User, letters: bool) -> bytes:
    """The ZIP; who took it, and the digest of its manifest, are noted on the journal.

    ``letters``: with their words; without, only when each was sent and its digest.
    Raises ``sealing.KeyDestroyed`` when the case's content was destroyed on its date.
    """
    with transaction.atomic():
        # Nothing joins the journal between reading it and noting that it was read.
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        now = timezone.now()
        files = _files(case, letters=letters)
        manifest = _json(
            {
                "case": case.reference,
                "made_at": now.isoformat(),
                "by": by.pk,
                "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
            }
        )
        journal.record(
            case, PACKED, by=journal.staff(by.pk),
            references={"manifest": hashlib.sha256(manifest).hexdigest(), "letters": letters},
        )  # fmt: skip
    return _zipped(files | {"manifest.json": manifest, "verify.py": VERIFIER.read_bytes()}, now)


def _files(case: Case, *, letters: bool) -> dict[str, bytes]:
    said = (
        "in words and as PDF"
        if letters
        else "by date and digest only: the words are for those who may read papers"
    )
    found = {
        "README.txt": README.replace("{letters}", said).encode(),
        "case.json": _json(_case(case)),
        "journal.json": _json(
            [
                {"content": journal.written(case, event), "hash": event.hash}
                for event in journal.timeline(case)
            ]
        ),
        "clock.json": _json(_clock(case)),
        "decisions.json": _json(_decisions(case)),
        "approvals.json": _json(_approvals(case)),
        "systems.json": _json(_systems(case)),
    }
    if (terms := _restriction(case, words=letters)) is not None:
        found["restriction.json"] = _json(terms)
    return found | _letters(case, words=letters)


def _case(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference, "public_id": case.public_id, "controller": case.controller,
        "regime": case.regime, "regime_version": case.regime_version, "right": case.right, "also": case.also,
        "channel": case.channel, "own_motion": case.cause, "language": case.language, "capacity": case.capacity, "state": case.state,
        "outcome": case.outcome, "grounds": case.grounds, "received_at": _at(case.received_at),
        "received_on": str(case.received_on), "acknowledged_at": _at(case.acknowledged_at),
        "due_on": str(case.due_on), "last_on": str(case.last_on), "provisional": case.provisional,
        "extended": case.extended, "answered_at": _at(case.answered_at), "closed_at": _at(case.closed_at),
        "standard": case.standard, "methods": case.methods, "identified_at": _at(case.identified_at),
        "content_until": str(case.purge_on or ""), "log_until": str(case.log_until or ""),
        "chain_length": case.chain_length, "chain_head": case.chain_head,
    }  # fmt: skip


def _clock(case: Case) -> dict[str, Any]:
    reckoning = law.Reckoning.from_json(case.reckoning)
    return {
        "counted": case.reckoning,
        "in_words": [
            {
                "on": str(reason.on or ""),
                "en": reason.words.en,
                "zh-Hans": reason.words.zh,
                "rule": reason.rule,
            }
            for reason in reckoning.respond.reasons
        ],
    }


def _decisions(case: Case) -> list[dict[str, Any]]:
    found = []
    for holding in case.holdings.select_related("determination").order_by("pk"):
        decided: Determination | None = getattr(holding, "determination", None)
        line: dict[str, Any] = {
            "holding": holding.holding_key, "system": holding.system, "found": holding.found,
            "digest": holding.digest, "choice": decided.choice if decided else "",
        }  # fmt: skip
        if decided:
            line |= {
                "exemption": decided.exemption,
                "citations": [one.citation for one in rules.tested(case, decided.exemption)]
                if decided.exemption
                else [],
                "until": str(decided.until or ""),
                "review_on": str(decided.review_on or ""),
                "by": decided.by_id,
                "decided_at": _at(decided.decided_at),
                "record": _record(case, decided),
            }
        found.append(line)
    return found


def _record(case: Case, decided: Determination) -> dict[str, Any] | None:
    """The record of an exemption's use; what staff wrote in their own words stands as its SHA-256."""
    if decided.sealed_use is None:
        return None
    said = json.loads(sealing.unseal(case.key, decided.sealed_use, USE_PURPOSE))
    kinds = {key: question.kind for key, question in rules.questions(case).items()}
    said["facts"] = {
        key: value if kinds.get(key) in {"yes_no", "date", "choice", "citation"} else _digest(value)
        for key, value in said["facts"].items()
    }
    for piece in said["evidence"]:
        piece["note"] = _digest(piece["note"]) if piece["note"] else ""
    return said


def _restriction(case: Case, *, words: bool) -> dict[str, Any] | None:
    """The terms as they stand, or as drafted before anything was set; only then the letters sent hold their words."""
    row = restriction.of(case)
    if row is None:
        return None
    terms = restriction.standing(case, row) if row.begun_at else restriction.read(case, row)
    told = (lambda text: text) if words and row.begun_at else _digest
    return {
        "stands": bool(row.begun_at and not row.lifted_at),
        "reason": told(terms.reason) if terms.reason else "",
        "ends_on": str(terms.ends_on or ""),
        "ends_when": told(terms.condition) if terms.condition else "",
        "by": row.by_id,
        "begun_at": _at(row.begun_at),
        "told_at": _at(row.told_at),
        "lift_asked_at": _at(row.lift_asked_at),
        "lifted_at": _at(row.lifted_at),
    }


def _approvals(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "role": one.role,
            "by": one.by_id,
            "digest": one.digest,
            "at": _at(one.approved_at),
            "void": one.void,
        }
        for one in case.approvals.order_by("pk")
    ]


def _systems(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "system": work.system, "operation": work.operation, "round": work.round, "status": work.status,
            "attempts": work.attempts, "trouble": work.trouble, "started_at": _at(work.started_at),
            "confirmed_at": _at(work.confirmed_at), "holdings": work.result.get("holdings", {}),
            "collections": work.result.get("collections", {}), "result_sha256": _digest(_text(work.result)),
        }
        for work in case.works.order_by("pk")
    ]  # fmt: skip


def _letters(case: Case, *, words: bool) -> dict[str, bytes]:
    listed, files = [], {}
    sent = case.letters.filter(status=Letter.Status.SENT).select_related("key").order_by("sent_at", "pk")
    for number, letter in enumerate(sent[:MOST_LETTERS], 1):
        content = outbox.read(letter)
        document = outbox.read_pdf(letter) if letter.sealed_pdf is not None else b""
        name = f"letters/{number:03d}-{letter.kind}"
        listed.append(
            {
                "kind": letter.kind, "language": letter.language, "sent_at": _at(letter.sent_at),
                "message_id": letter.message_id, "bounced_at": _at(letter.bounced_at),
                "text_sha256": _digest(content["text"]),
                "pdf_sha256": hashlib.sha256(document).hexdigest() if document else "",
            }
        )  # fmt: skip
        if words and letter.kind not in OURS_ALONE:
            files[f"{name}.txt"] = f"{_plain(content['subject'])}\n\n{_plain(content['text'])}\n".encode()
            if document:
                files[f"{name}.pdf"] = document
    return {"letters/sent.json": _json(listed)} | files


def _plain(text: str) -> str:
    """A letter's words without what opens anything."""
    return CODE.sub("[code]", SECRET.sub(r"\1[private]", text))


def _zipped(files: dict[str, bytes], made_at: datetime) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def _json(value: object) -> bytes:
    return (_text(value, indent=1) + "\n").encode()


def _text(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent)


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _at(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
