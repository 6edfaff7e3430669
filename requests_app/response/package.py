"""The files of an answer: composed row by row straight into the vault, sealed under a key of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from identity import sealing, vault
from requests_app import register
from requests_app.law import Words
from requests_app.letters.text import day_in, passage
from requests_app.models import Case, Package
from requests_app.response import ledger as ledgers
from requests_app.response import page, rows, sheets, workbook, zipping
from requests_app.response.ledger import Ledger

PURPOSE = "package"
_README = Words(
    "Your information at {controller}\nRequest {reference}, made {day}\n\n"
    "index.html      read this: it opens in any browser, also without a connection\n"
    "letter.pdf      our answer\n"
    "data.json       everything in this copy, for programs\n"
    "data/           one CSV file for each kind of thing, and a workbook (.xlsx) with all of them\n"
    "checksums.txt   SHA-256 of every file\n\n"
    "In the CSV files, a text that a spreadsheet would run as a formula has a ' in front; "
    "data.json has it without the ' sign.\n"
    "These files are about you alone: keep them where nobody else gets at them.\n",
    "{controller}掌握的您的个人信息\n请求编号 {reference}，制作于{day}\n\n"
    "index.html      请先阅读此文件：任何浏览器均可打开，无需联网\n"
    "letter.pdf      我们的答复\n"
    "data.json       副本的全部内容，供程序读取\n"
    "data/           每类信息一个CSV文件，另有汇总的工作簿（.xlsx）\n"
    "checksums.txt   每个文件的SHA-256校验值\n\n"
    "CSV文件中，可能被电子表格当作公式执行的文字前加了 ' 号；data.json中不加此符号。\n"
    "以上文件只与您本人有关，请妥善保管。\n",
)


def make(case: Case, letter_pdf: bytes, ledger: Ledger | None = None) -> Package:
    """Write the package and its row.

    The key is stored in the same transaction as the row: should the process
    die before the end, no key opens what it left in the vault.
    """
    ledger = ledger or ledgers.read(case)
    now = timezone.now()
    with transaction.atomic():
        key = sealing.new_key()
        stored = vault.write(
            key, zipping.stream(_members(ledger, letter_pdf), now.astimezone(ledger.zone)), PURPOSE
        )
        return Package.objects.create(
            case=case,
            key=key,
            path=stored.path,
            size=stored.size,
            digest=stored.digest,
            made_at=now,
            expires_at=last_moment(case, now),
        )


def last_moment(case: Case, made_at: datetime) -> datetime:
    """The end of its last day where the controller is, so that "until that day" includes the day."""
    zone = ZoneInfo(register.controller(case.controller).zone)
    after = made_at.astimezone(zone).date() + timedelta(days=settings.PACKAGE_DAYS + 1)
    return datetime.combine(after, time.min, zone) - timedelta(seconds=1)


def destroy(package: Package) -> None:
    """Forget its key first: from then on the file, wherever copied, is noise."""
    sealing.destroy(package.key)
    vault.remove(package.path)
    package.destroyed_at = timezone.now()
    package.save(update_fields=["destroyed_at"])


def _members(ledger: Ledger, letter_pdf: bytes) -> Iterator[zipping.Member]:
    sources = rows.sources(ledger)
    made_on = timezone.now().astimezone(ledger.zone).date()
    controller, language = ledger.controller, ledger.language
    name = controller.text(controller.name, language)
    readme = passage(
        _README.in_(language),
        controller=name,
        reference=ledger.case.spaced_reference,
        day=day_in(made_on, language),
    )
    files = ["index.html", "letter.pdf", "data.json"]
    yield "README.txt", ["\ufeff".encode() + "".join(readme).encode()]
    yield "letter.pdf", [letter_pdf]
    for key, source in sources.items():
        for path, pieces in sheets.csv_files(source, f"data/{key}"):
            files.append(path)
            yield path, pieces
        titles = {name: controller.text(c.title, language) for name, c in source.collections.items()}
        files.append(f"data/{key}.xlsx")
        yield files[-1], workbook.workbook(source, titles, timezone.now().astimezone(ledger.zone))
    for path, pieces in rows.files_by_hand(ledger):
        files.append(path)
        yield path, pieces
    yield "data.json", sheets.json_file(sources, _about(ledger, name, made_on.isoformat()))
    yield "index.html", [page.render(ledger, sources, files, made_on)]


def _about(ledger: Ledger, controller: str, made_on: str) -> dict[str, object]:
    inventory = ledger.controller.inventory
    never = sorted(
        f"{collection.system}.{collection.name}.{path}"
        for collection in inventory.collections()
        for path, column in collection.parts()
        if column.never_disclose
        and any(x.granted and x.holding.collection == collection.name for x in ledger.lines)
    )
    return {
        "controller": controller,
        "reference": ledger.case.reference,
        "made_on": made_on,
        "language": ledger.language,
        "holdings": [
            {
                "key": line.holding.key,
                "system": line.holding.system,
                "title": line.title,
                "found": line.found,
                "given": line.granted and not line.outstanding,
                "still_to_come": line.outstanding,
            }
            for line in ledger.lines
        ],
        "not_shown": never,
    }
