"""Systems that fail, lie, refuse or die: nothing half done, nothing called done that is not."""

from __future__ import annotations

import time
import traceback

import pytest
from sqlalchemy import text

from requests_app.systems import (
    Identifier,
    SystemRefused,
    SystemUnreachable,
    confirm,
    connect,
    erase,
    find,
    make_plan,
    preview,
)
from requests_app.systems.connectors import sql_engine
from requests_app.systems.connectors.base import Match
from requests_app.systems.connectors.sql import SqlConnector

from . import build
from .conftest import SQL, SqlShop
from .faults import REFUSED, UNREACHABLE, Faulty, Killed, at
from .test_erase import ALL, BY_MAIL, KEEP_RECENT, SYSTEMS, erased_everywhere, no_hold, plan_for


@pytest.mark.parametrize(("failure", "state"), [(UNREACHABLE, "unreachable"), (REFUSED, "refused")])
@pytest.mark.parametrize("collection", ["customers", "returns"])
def test_a_system_that_fails_at_any_point_of_the_search_counts_as_not_searched(
    connectors, failure, state, collection
):
    connectors["shop"] = Faulty(connectors["shop"], on_search=at(collection, failure))
    seen = preview(build.INVENTORY, BY_MAIL, connectors, today=build.TODAY)
    assert (seen.system("shop").status.state, seen.system("shop").count) == (state, 0)
    assert seen.system("mailing").status.state == "incomplete"


@pytest.mark.parametrize(
    ("collection", "failure"),
    [
        ("returns", Killed()),
        ("order_items", Killed()),
        ("orders", Killed()),
        ("customers", Killed()),
        ("addresses", UNREACHABLE),
        ("customers", REFUSED),
    ],
)
def test_dying_between_two_collections_leaves_everything_as_it_was(connectors, shop, collection, failure):
    before = erased_everywhere(shop)
    plan = plan_for(connectors, KEEP_RECENT)
    with pytest.raises(type(failure)):
        erase(Faulty(shop.connector, on_write=at(collection, failure)), plan, guard=no_hold)
    assert erased_everywhere(shop) == before
    assert not confirm(shop.connector, plan).ok
    erase(shop.connector, plan, guard=no_hold)
    assert confirm(shop.connector, plan).ok


def test_a_system_that_says_yes_and_does_nothing_is_caught(connectors, shop):
    plan = plan_for(connectors, KEEP_RECENT)
    told = erase(Faulty(shop.connector, lies=True), plan, guard=no_hold)
    assert told.ledger == plan.ledger  # it claims all of it
    confirmation = confirm(shop.connector, plan)
    assert not confirmation.ok
    wrong = {(item.collection, item.wrong) for item in confirmation.leftovers}
    assert {("messages", "still_there"), ("customers", "not_blank"), ("payments", "not_blank")} <= wrong
    assert "anary" not in repr(confirmation.to_json())


def test_a_retained_row_that_vanished_is_reported(connectors, shop):
    plan = plan_for(connectors, KEEP_RECENT)
    with shop.connector.transaction() as writer:
        writer.delete(build.SHOP.collections["payments"], [(1,)])
    assert ("payments", "missing") in {
        (i.collection, i.wrong) for i in confirm(shop.connector, plan).leftovers
    }


def test_a_manual_system_declares_nothing_and_refuses_politely(connectors):
    paper = connectors["paper"]
    assert paper.operations == frozenset()
    plan = make_plan(paper, find(SYSTEMS, connectors, BY_MAIL), ALL, today=build.TODAY)
    with pytest.raises(SystemRefused):
        erase(paper, plan, guard=no_hold)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", SystemUnreachable),
        ("sqlite:////nowhere/at/all.db", SystemUnreachable),
        ("mysql://nobody@127.0.0.1:1/none", SystemUnreachable),
        ("oracle://x/y", SystemRefused),
        ("not an address", SystemRefused),
        ("", SystemRefused),
    ],
)
def test_a_wrong_address_is_told_apart_from_a_silent_one(address, error):
    customers = build.SHOP.collections["customers"]
    with connect(build.SHOP, {"SHOP_URL": address}) as connector, pytest.raises(error) as caught:
        list(connector.find(customers, [Match(("id",), ((1,),))], ("id",), 10))
    assert "nobody" not in str(caught.value) and "/" not in str(caught.value)


@pytest.fixture(params=SQL)
def sql_shop(request):
    engine = request.getfixturevalue(f"{request.param}_engine")
    made = SqlShop(engine, engine.url.render_as_string(hide_password=False))
    with made.connector:
        yield made


def test_an_error_says_what_went_wrong_and_nothing_of_anyone(sql_shop):
    customers = build.SHOP.collections["customers"]
    try:
        with sql_shop.connector.transaction() as writer:
            writer.overwrite(customers, [(1,)], {"email": build.MAX})  # unique: the driver quotes the value
    except SystemRefused as error:
        told = "".join(traceback.format_exception(error)) + repr(error.__context__) + repr(error.__cause__)
        assert ("customers" in str(error) and "Error" in str(error)) or "Violation" in str(error)
        assert "stranger" not in told
    else:
        raise AssertionError("not refused")
    assert len(sql_shop.rows("customers")) == 2


def test_an_inventory_that_names_what_is_not_there_is_refused(sql_shop):
    ghost = build.collection("customers", [build.column("id", key=True), build.column("ghost")])
    for collection, reason in (
        (ghost, "ghost"),
        (build.collection("ghosts", [build.column("id", key=True)]), "table"),
    ):
        with pytest.raises(SystemRefused, match=reason):
            list(sql_shop.connector.read(collection, [(1,)], ("id",)))


def test_a_cascade_that_would_take_retained_rows_along_is_undone(sql_shop):
    with sql_shop.engine.begin() as connection:
        connection.execute(text("CREATE TABLE x_parent (id INTEGER PRIMARY KEY)"))
        connection.execute(
            text(
                "CREATE TABLE x_child (id INTEGER PRIMARY KEY, email VARCHAR(60),"
                " parent_id INTEGER REFERENCES x_parent (id) ON DELETE CASCADE)"
            )
        )
        connection.execute(text("INSERT INTO x_parent VALUES (1)"))
        connection.execute(text(f"INSERT INTO x_child VALUES (1, '{build.DANA}', 1)"))
    try:
        _erase_parent_alone(sql_shop)
        with sql_shop.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM x_child")).scalar() == 1
    finally:
        with sql_shop.engine.begin() as connection:
            connection.execute(text("DROP TABLE x_child"))
            connection.execute(text("DROP TABLE x_parent"))


def _erase_parent_alone(sql_shop):
    """The inventory leads to the parent by mail, but forgot to declare what hangs on it."""
    fields = [
        build.column("id", key=True),
        build.column("email", identity="email"),
        build.column("parent_id"),
    ]
    child = build.collection("x_child", fields, build.holding("x_child.all", "id email parent_id", "delete"))
    parent = build.collection(
        "x_parent",
        [build.column("id", "x_child.parent_id", key=True)],
        build.holding("x_parent.all", "id", "delete"),
    )
    system = build.System("x", {}, "sql", "X", {"x_child": child, "x_parent": parent})
    with SqlConnector(system, sql_shop.address) as connector:
        found = find([system], {"x": connector}, BY_MAIL)
        plan = make_plan(connector, found, {"x_parent.all": "erase"}, today=build.TODAY)
        assert [s.action for s in plan.steps] == ["delete", "keep"]
        with pytest.raises(SystemRefused, match="retained rows"):
            erase(connector, plan, guard=no_hold)
    sql_engine.forget(sql_shop.address)


def test_a_slow_postgres_is_given_up_and_may_be_asked_again(postgres_engine):
    address = postgres_engine.url.update_query_dict(
        {"options": "-c statement_timeout=100ms -c lock_timeout=100ms"}
    )
    customers = build.SHOP.collections["customers"]
    with SqlConnector(build.SHOP, address.render_as_string(hide_password=False)) as connector:
        list(connector.read(customers, [(1,)], ("id",)))
        connector.release()
        with postgres_engine.begin() as other:
            other.execute(text("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE"))
            began = time.monotonic()
            with pytest.raises(SystemUnreachable):
                list(connector.read(customers, [(1,)], ("id",)))
            assert time.monotonic() - began < 2
        list(connector.read(customers, [(1,)], ("id",)))


CUT = {
    "postgresql": (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'data-subject-rights' AND state LIKE 'idle in transaction%'"
    ),
    "mariadb": "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = 'shop'",
}
SERVERS = SQL[1:]


def _cut(engine):
    with engine.begin() as other:
        for (told,) in other.execute(text(CUT[engine.dialect.name])).all():
            if isinstance(told, str):
                other.execute(text(told))


def _change(engine):
    with engine.begin() as other:
        other.execute(text("UPDATE payments SET cardholder = 'Somebody Else' WHERE id = 1"))


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("happens", [_cut, _change], ids=["connection cut", "row changed"])
def test_what_happens_to_a_server_while_erasing_leaves_all_as_it_was(request, server, happens):
    engine = request.getfixturevalue(f"{server}_engine")
    shop = SqlShop(engine, engine.url.render_as_string(hide_password=False))
    with shop.connector as connector:
        found = find([build.SHOP], {"shop": connector}, BY_MAIL)
        plan = make_plan(connector, found, ALL, today=build.TODAY)
        connector.release()
        counts = [len(shop.rows(table)) for table in build.TABLES]
        with pytest.raises(SystemUnreachable):
            erase(connector, plan, guard=lambda: happens(engine))
        assert [len(shop.rows(table)) for table in build.TABLES] == counts
        assert shop.rows("customers")[0]["name"] == "Dana Canary"
        erase(connector, plan, guard=no_hold)
        assert confirm(connector, plan).ok


def test_two_addresses_of_one_socket_are_understood(postgres_engine):
    host = postgres_engine.url.query["host"]
    with SqlConnector(build.SHOP, f"postgres://postgres@/{host}/postgres") as connector:
        found = find([build.SHOP], {"shop": connector}, [Identifier("customer_id", "12345")])
    assert found.systems["shop"].state == "searched"
