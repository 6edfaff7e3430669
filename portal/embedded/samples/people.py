"""Made-up people: names, addresses and numbers that belong to nobody.

Mail domains are reserved for examples, IP addresses for documentation, US
numbers are of the fictional 555-01xx kind, and Chinese ones begin with 12,
which no operator assigns to subscribers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

COUNT = 2_000
DOMAINS = ("example.com", "example.org", "example.net")
NETWORKS = ("192.0.2", "198.51.100", "203.0.113")


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = _names(
    "Aaron Abigail Adaeze Alma Amir Beatriz Bianca Caleb Carmen Chidi Clara Darnell Delia Elena Emeka "
    "Ethan Farah Felix Grace Hana Hector Imani Isaac Jade Jonah Kavya Keiko Leila Liam Lucia Malik Marisol "
    "Mei Nadia Noah Olivia Omar Petra Quinn Rafael Rosa Samir Sofia Tariq Thea Uma Viktor Wren Yara Zane"
)
FAMILY = _names(
    "Abbott Acosta Adeyemi Baker Bennett Castillo Chen Cohen Davis Delgado Ellis Fischer Flores Garcia "
    "Gupta Hansen Hayes Iyer Jackson Jensen Kaplan Khan Kim Larsen Lopez Mensah Miller Moreau Nakamura "
    "Nguyen Okafor Olsen Park Patel Quiroga Reed Rossi Sato Silva Torres Ueda Vance Weber Wong Yilmaz Zhang"
)
SURNAMES = _names(
    "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 "
    "彭 曾 萧 田 董 袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁 任 沈 欧阳 司马"
)
GIVEN_HANZI = _names(
    "伟 芳 娜 敏 静 磊 洋 艳 勇 军 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 文博 子涵 雨桐 浩然 诗琪 "
    "梓萱 俊熙 思远 佳怡 天宇 若曦 志强 晓明 海燕 建国 婷婷 一鸣 欣怡 嘉豪 雅琴"
)


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    email: str | None
    phone: str | None
    username: str


DANA = Person("Dana Whitfield", "dana@example.com", "+14155550100", "dana.whitfield")
BEN = Person("Ben Whitfield", "ben@example.com", "+14155550101", "ben.whitfield")
NAMESAKE = Person("Dana Whitfield", "dana.whitfield@example.org", "+12125550100", "dwhitfield")
RECENT = Person("Nora Quist", "nora@example.com", "+14155550102", "nora.quist")
KNOWN_AT_MIMAP = (DANA, BEN, NAMESAKE, RECENT)
"""Dana; Ben, who shares orders with her; another woman of the same name, who must never be found for her;
and Nora, whose e-mail address changed five days ago."""

SUPPLIER = Person("Tomás Vega", "tomas@example.net", "+13125550100", "tomas.vega")
APPLICANT = Person("Priya Natarajan", "priya@example.org", "+16175550100", "priya")

DANNA = Person("王丹娜", "dana@example.cn", "+8612000000001", "丹娜的无人机")
BAN = Person("李班", "ban@example.cn", "+8612000000002", "班长")
SAME_NAME = Person("王丹娜", "wangdanna@example.org", "+8612000000003", "丹娜二号")
RARE_METAL = Person("陈𬭊", "chen.xin@example.cn", "+8612000000004", "陈𬭊")
RARE_JADE = Person("赵㛃", None, "+8612000000005", "赵㛃测绘")
CHILD = Person("周小雨", "xiaoyu@example.cn", "+8612000000006", "小雨")
KNOWN_AT_MIPMAP = (DANNA, BAN, SAME_NAME, RARE_METAL, RARE_JADE, CHILD)
"""王丹娜; 李班, who shares enquiries with her; another 王丹娜; two with rare Hanzi, one of them
without an e-mail address; a child."""


def make_americans(random: Random) -> Iterator[Person]:
    """``COUNT`` customers, the known ones first."""
    yield from KNOWN_AT_MIMAP
    for number in range(len(KNOWN_AT_MIMAP), COUNT):
        yield make_american(random, number)


def make_american(random: Random, number: int) -> Person:
    """One, with an address that no other number gets."""
    given, family = random.choice(GIVEN), random.choice(FAMILY)
    username = f"{given}.{family}{number}".lower()
    area = random.choice((212, 312, 415, 617, 718, 818, 917))
    return Person(
        f"{given} {family}",
        f"{username}@{random.choice(DOMAINS)}",
        f"+1{area}55501{number % 100:02d}",
        username,
    )


def make_chinese(random: Random) -> Iterator[Person]:
    """``COUNT`` account holders, the known ones first; about one in ten gave no e-mail address."""
    yield from KNOWN_AT_MIPMAP
    for number in range(len(KNOWN_AT_MIPMAP), COUNT):
        name = random.choice(SURNAMES) + random.choice(GIVEN_HANZI)
        email = (
            None if random.random() < 0.1 else f"user{number}@example.{random.choice(('cn', 'com', 'org'))}"
        )
        yield Person(name, email, f"+861200{number + 1:07d}", f"{name}{number}")


class Days:
    """Days and moments counted back from one day."""

    def __init__(self, today: date, random: Random) -> None:
        self._today = today
        self._random = random

    def ago(self, days: int) -> date:
        """The day that many days before."""
        return self._today - timedelta(days=days)

    def moment(self, days: int) -> datetime:
        """Some moment of that day."""
        clock = time(self._random.randrange(24), self._random.randrange(60), self._random.randrange(60))
        return datetime.combine(self.ago(days), clock, tzinfo=UTC)


def make_ip_address(random: Random) -> str:
    """From the ranges kept for documentation."""
    return f"{random.choice(NETWORKS)}.{random.randrange(1, 255)}"


def make_password_hash(random: Random) -> str:
    """In the form of a scrambled password; no password belongs to it."""
    return f"pbkdf2_sha256$1000000$sample${random.getrandbits(256):064x}"
