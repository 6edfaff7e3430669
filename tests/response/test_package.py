"""The package: what it holds, what it never holds, and that nothing in it does anything but be read."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from identity import sealing, vault
from requests_app.response import package as packages
from requests_app.response import sheets, zipping
from requests_app.response.package import PURPOSE
from tests.build import build_case, found

pytestmark = pytest.mark.django_db
SHOP = "mimap_shop_db"
HOSTILE = {
    "customer_id": "MM100001",
    "username": "@SUM(A1)",
    "password_hash": "$scrypt$CANARY-PASSWORD",
    "email": "dana.whitfield@example.org",
    "full_name": '<script>alert(1)</script><img src="http://evil.example/x.png">',
    "phone": "+14155550142",
    "company_name": '=HYPERLINK("http://evil.example")',
    "company_url": "javascript:alert(1)",
    "about": "{{7*7}} {% load x %} 𠮷 王",
    "created_at": "2022-03-09T10:00:00+00:00",
    "last_login_at": None,
}


def orders(n: int) -> list:
    return [
        (
            "orders",
            {"order_id": i, "customer_id": "MM100001", "order_no": f"40-{i}", "ordered_on": "2026-10-02"},
        )
        for i in range(n)
    ]


def old_order() -> tuple:
    return (
        "orders",
        {"order_id": 900, "customer_id": "MM100001", "order_no": "CANARY-OLD", "ordered_on": "2015-01-02"},
    )


@pytest.fixture
def case():
    return build_case(
        {
            "customers.identity": found(1),
            "customers.account": found(1),
            "customers.other": found(1),
            "orders.recent": found(40),
            "orders.older": found(
                1, "withhold", exemption="OTHERS", answers={"OTHERS.fields": "a colleague"}
            ),
            "bank_accounts.all": found(1),
            "credit_history.all": found(1, "withhold", exemption="OTHERS", answers={"OTHERS.fields": "all"}),
            "devices.all": found(0),
        },
        right="KNOW_PCS",
        rows={
            SHOP: [
                ("customers", HOSTILE),
                *orders(40),
                old_order(),
                ("bank_accounts", {"account_id": 1, "bank_name": "Bank", "account_number": "CANARY-ACCOUNT"}),
                ("credit_history", {"record_id": 1, "bureau": "CANARY-BUREAU"}),
                ("inferences", {"inference_id": 1, "interest": "CANARY-UNDECIDED"}),
            ]
        },
    )


def opened(made) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(vault.read(made.key, made.path, PURPOSE))))


def test_a_package_has_a_page_a_letter_data_and_sums_that_agree(case):
    made = packages.make(case, b"%PDF the letter")
    files = opened(made)
    assert files.testzip() is None
    assert set(files.namelist()) == {
        "README.txt", "letter.pdf", "data.json", "index.html", "checksums.txt",
            f"data/{SHOP}.xlsx",
        *(f"data/{SHOP}/{name}.csv" for name in ("customers", "orders", "bank_accounts")),
    }  # fmt: skip
    for line in files.read("checksums.txt").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files.read(name)).hexdigest() == digest


def test_what_is_withheld_never_disclosed_or_undecided_is_in_no_file(case):
    files = opened(packages.make(case, b""))
    everything = b"".join(files.read(name) for name in files.namelist())
    assert b"CANARY" not in everything
    page = files.read("index.html").decode()
    assert "Not shown: Password, scrambled" in page
    assert "Not shown: Bank account number" in page
    assert "Credit history" in page
    assert "no – the reason is in the letter" in page
    assert "Devices" in page


def test_data_json_is_faithful(case):
    files = opened(packages.make(case, b""))
    data = json.loads(files.read("data.json"))
    customer = next(r["row"] for r in data["records"] if r["collection"] == "customers")
    assert customer == {name: value for name, value in HOSTILE.items() if name != "password_hash"}
    assert sum(r["collection"] == "orders" for r in data["records"]) == 40
    assert data["not_shown"] == [f"{SHOP}.bank_accounts.account_number", f"{SHOP}.customers.password_hash"]


def test_no_cell_of_a_csv_starts_a_formula(case):
    files = opened(packages.make(case, b""))
    raw = files.read(f"data/{SHOP}/customers.csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    header, row = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    customer = dict(zip(header, row, strict=True))
    assert customer["company_name"] == '\'=HYPERLINK("http://evil.example")'
    assert customer["username"] == "'@SUM(A1)"
    assert customer["phone"] == "'+14155550142"
    assert customer["last_login_at"] == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1+1", "'-1+1"), ("@a", "'@a"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"), ("＝1", "'＝1"), ("＋1", "'＋1"), ("－1", "'－1"), ("＠a", "'＠a"), ("  =1", "'  =1"),
        ("\u3000=1", "'\u3000=1"), ("\0=1", "'\0=1"), ("-12.50", "-12.50"), (-5, "-5"), (None, ""), (True, "true"),
        ("a=1", "a=1"), ({"a": 1}, '{"a": 1}'),
    ],
)  # fmt: skip
def test_a_spreadsheet_runs_nothing(value, written):
    assert sheets.harmless(value) == written


def test_the_page_runs_nothing_and_asks_nobody(case):
    page = opened(packages.make(case, b"")).read("index.html").decode()
    assert "default-src 'none'; style-src 'sha256-" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{7*7}} {% load x %}" in page
    assert 'href="http' not in page
    assert "25 of 40 are shown here" in page
    assert "9 March 2022, 10:00:00 UTC" in page and "2022-03-09" not in page, "a day is written in words"
    assert "orders.csv" in page


def test_a_chinese_package_speaks_chinese():
    rows = {
        "mipmap_platform_db": [
            ("accounts", {"account_id": 1, "email": "dana@example.cn", "password_hash": "X"})
        ]
    }
    case = build_case(
        {"accounts.contact": found(1), "accounts.sign_in": found(1), "devices.all": found(0)},
        controller="mipmap", right="CN_COPY", language="zh-Hans", name="王小明", rows=rows,
    )  # fmt: skip
    page = opened(packages.make(case, b"")).read("index.html").decode()
    assert '<html lang="zh-Hans">' in page
    assert all(
        words in page
        for words in ["MipMap掌握的您的个人信息", "我们查找了哪里", "未显示：密码", "没有找到信息"]
    )


def test_the_vault_holds_nothing_readable_and_a_destroyed_key_ends_it(case):
    made = packages.make(case, b"")
    assert b"PK\x03\x04" not in (Path(settings.PORTAL_VAULT) / made.path).read_bytes()
    packages.destroy(made)
    assert made.destroyed_at
    assert not (Path(settings.PORTAL_VAULT) / made.path).exists()
    made.key.refresh_from_db()
    with pytest.raises(sealing.KeyDestroyed):
        sealing.unseal(made.key, b"", PURPOSE)


def test_memory_stays_small_however_much_there_is():
    pieces = (os.urandom(32 * 1024) for _ in range(1000))
    tracemalloc.start()
    size = sum(len(part) for part in zipping.stream([("big.csv", pieces)], datetime(2026, 11, 20, 9, 30)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 32_000_000
    assert peak < 2 * 1024 * 1024
