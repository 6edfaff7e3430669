"""MiMap's shop and a till that is joined to it by a value, both in this process, and what may go wrong with each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from requests_app import register
from requests_app.models import Case, Work
from requests_app.systems import SystemRefused, SystemUnreachable
from requests_app.systems.connectors import memory, registry
from tests.packs import changing
from tests.people import approved, decided, open_case, run_pipeline, verified
from tests.staff.people import hire

PACKS = Path(__file__).parents[2] / "portal" / "controllers"
SHOP, TILL, ARCHIVE = "mimap_shop_db", "mimap_till", "mimap_archive"
OWNER = "archive@example.com"
WORDS = {"en": "Till", "zh-Hans": "收银"}
WHY = {SystemUnreachable: "ConnectionTimeout", SystemRefused: "InsufficientPrivilege 42501"}
Trouble = Callable[[str], None]
"""Called with what is about to be done; raises what goes wrong."""


def dataset(
    key: str, connector: str, *, owner: str = "", secret: str = "", identity: str = ""
) -> dict[str, Any]:
    """Receipts, found by the customer's number in the shop, or by an identity of their own."""
    who: dict[str, Any] = {
        "references": [{"dataset": SHOP, "field": "customers.customer_id", "direction": "from"}]
    }
    table = "receipts" if key == TILL else f"{key}_receipts"
    portal: dict[str, Any] = {
        "title": {"en": key, "zh-Hans": key}, "connector": connector, "collections": {table: {"title": WORDS}},
        "fields": {f"{table}.number": {"title": WORDS}, f"{table}.who": {"title": WORDS}},
        "holdings": {f"{table}.all": {
            "title": WORDS, "category": "D", "source": WORDS, "purpose": WORDS, "recipients": WORDS,
            "collected_from_person": True, "erase": "delete"}},
    }  # fmt: skip
    portal |= {"owner": owner} if owner else {}
    portal |= {"secret": secret} if secret else {}
    return {
        "fides_key": key, "name": key,
        "collections": [{"name": table, "fields": [
            {"name": "number", "data_categories": ["user.unique_id"], "fides_meta": {"primary_key": True}},
            {"name": "who", "data_categories": ["user.unique_id"],
             "fides_meta": {"identity": identity} if identity else who},
        ]}],
        "meta": {"portal": portal},
    }  # fmt: skip


class Place:
    """The shop and the till as the test sees them."""

    def __init__(self) -> None:
        self.shop: memory.Tables = memory.STORES["joined-shop"]
        self.till: memory.Tables = memory.STORES["joined-till"]
        self.trouble: dict[str, Trouble] = {}
        """By system."""

    def fails(
        self, system: str, error: type[SystemUnreachable | SystemRefused] | None, *, when: str = ""
    ) -> None:
        """From now on it does, at ``when`` or at everything; ``None``: no longer."""

        def raise_it(act: str) -> None:
            if error is not None and act.startswith(when):
                raise error(system, WHY[error])

        self.trouble[system] = raise_it


def add(folder: Path, settings: Any, *more: dict[str, Any], shop: dict[str, str] | None = None) -> None:
    """Packs in which MiMap's inventory has these datasets as well; ``shop`` changes how its own is reached."""
    cache.clear()
    shutil.copytree(PACKS, folder / "packs")
    with changing(folder / "packs") as written:
        own = next(one for one in written["dataset"] if one["fides_key"] == SHOP)
        own["meta"]["portal"] |= shop or {}
        for one in more:
            written["dataset"].append(one)
            written["system"][0]["dataset_references"].append(one["fides_key"])
    settings.PORTAL_CONTROLLERS = folder / "packs"
    problems = register.check(register.controller("mimap"))
    assert problems == (), [str(problem) for problem in problems]


def furnish(
    folder: Path, settings: Any, monkeypatch: Any, *more: dict[str, Any], till: str = "memory"
) -> Place:  # fmt: skip
    """Dana and her neighbour are customers, each with receipts in the till; nothing needs a server."""
    tills = (dataset(TILL, till, secret="JOINED_TILL", owner=OWNER), *more)
    add(folder, settings, *tills, shop={"connector": "memory", "secret": "JOINED_SHOP"})
    settings.PORTAL_VAULT = folder / "vault"
    monkeypatch.setenv("JOINED_SHOP", "memory://joined-shop")
    monkeypatch.setenv("JOINED_TILL", "memory://joined-till")
    described = register.controller("mimap").inventory.systems[SHOP].collections
    tables: memory.Tables = {name: [] for name in described}
    people = (("MM1", "dana@example.com"), ("MM2", "max@example.com"))
    tables["customers"] = [
        dict.fromkeys(described["customers"].fields) | {"customer_id": number, "email": email}
        for number, email in people
    ]
    monkeypatch.setitem(memory.STORES, "joined-shop", tables)
    receipts = [{"number": f"r{n}", "who": who} for n, who in enumerate(("MM1", "MM1", "MM2"))]
    monkeypatch.setitem(memory.STORES, "joined-till", {"receipts": receipts})
    place = Place()
    monkeypatch.setitem(
        registry.CONNECTORS, "memory", lambda system, address: Watched(place, system, address)
    )
    return place


def without(key: str, folder: Path) -> Path:
    """The same packs after one system was taken out of the inventory."""
    shutil.copytree(folder / "packs", folder / "without")
    with changing(folder / "without") as written:
        written["dataset"] = [one for one in written["dataset"] if one["fides_key"] != key]
        written["system"][0]["dataset_references"].remove(key)
    return folder / "without"


def granted(right: str = "DELETE") -> Case:
    """What Dana asks for is decided by Olu and approved by Pia, and not yet begun."""
    olu, pia = hire("Olu", "mimap"), hire("Pia", "mimap")
    return approved(decided(verified(open_case("mimap", right)), olu), pia)


def go_on(case: Case) -> Case:
    """The time for another try has come for all that no person does; the case as it is then."""
    case.works.exclude(status=Work.Status.CONFIRMED).filter(next_try_at__isnull=False).update(
        next_try_at=timezone.now()
    )
    run_pipeline()
    return Case.objects.select_related("key").get(pk=case.pk)


class Watched:
    """A system in memory that fails as the test tells it to."""

    def __init__(self, place: Place, system: Any, address: str) -> None:
        self.system = system
        self._place = place
        self._inner = memory.memory(system, address)
        self.operations = self._inner.operations

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def find(self, *what: Any) -> Iterator[Any]:
        self._about_to("find")
        yield from self._inner.find(*what)

    def read(self, *what: Any) -> Iterator[Any]:
        self._about_to("read")
        yield from self._inner.read(*what)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        self._about_to("begin")
        with self._inner.transaction() as writer:
            yield _Writer(self, writer)
            self._about_to("commit")

    def _about_to(self, act: str) -> None:
        self._place.trouble.get(self.system.key, lambda act: None)(act)


class _Writer:
    def __init__(self, watched: Watched, inner: Any) -> None:
        self._watched, self._inner = watched, inner

    def __getattr__(self, name: str) -> Any:
        def act(*what: Any) -> Any:
            self._watched._about_to(f"write {name}")
            return getattr(self._inner, name)(*what)

        return act
