"""Why a system did not carry something out, in plain words: from the reasons our connectors give, never from a driver's own message."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

NO_ANSWER = later("It did not answer")
REFUSED = later("It refused")
TIMED_OUT, REFUSED_LINE = later("It did not answer in time"), later("It refused the connection")
NO_CONNECTOR = later("No connector reaches it")
NO_TABLE = later("A table of the inventory is not there")
UNLIKE = later("Its answer is not what the inventory describes")
ELSEWHERE = later("The processor’s files lie on another host")
UNKNOWN = later("Nothing that we know of the person is known there")
UNTRUSTED = later("Its certificate is not to be trusted")
LOCKED = later("Others have the rows locked")
BROKE_OFF = later("The connection broke off")
INVALID = later("Its certificate is not valid")
WHOLE = {
    "legal_hold": later("A legal hold forbids it"),
    "exception": later("Whoever looks after it says that it cannot be done"),
    "doubt": later("Stopped by a doubt about who is asking"),
    "done_while_stopped": later("Done after it was stopped: look at it, then note it as done"),
    # What the walk says of a system, where it says no more.
    "unreachable": NO_ANSWER,
    "refused": REFUSED,
    "incomplete": later("A system on the way to it did not answer"),
    "manual": NO_CONNECTOR,
    # Where one column is in the way; the story names it.
    "no_json": later("Holds text that is no JSON"),
    "no_index": later("Has no index to search by"),
    # How it is set up here.
    "no connector given": later("No connector is set up for it"),
    "unknown connector": later("The inventory names a connector that we do not know"),
    "no address configured": later("No address is configured for it"),
    "address not understood": later("Its configured address cannot be understood"),
    "host not on the list of the pack": later("Its host is not on the list that the inventory allows"),
    "its name leads to an address inside": later("Its name leads to an address inside our network, which the inventory does not allow"),
    "only PostgreSQL, MariaDB and SQLite are supported": later("It is a kind of database that we do not support"),
    "no calls described": later("The inventory describes no calls to it"),
    "left the register": later("The inventory describes it no longer. Describe it again: what was approved is then carried out"),
    "no primary key declared": later("The inventory names no primary key for a table"),
    "manual system": NO_CONNECTOR,
    # What it can do.
    "does not erase": later("Its connector cannot erase"),
    "does not set anything": later("Its connector cannot change anything"),
    "does not do this": later("It does not do what was asked"),
    "its engine cannot roll back": later("A table lies in an engine without transactions, so nothing is erased there"),
    "cannot look into this column": later("It cannot look inside a column that holds documents"),
    "too many rows are like it inside": later("No index narrows down a column that holds documents; too many rows would have to be read"),
    "no such table": NO_TABLE,
    # What it did.
    "said yes, but the rows are still there": later("It said yes, but the rows are still there"),
    "said yes, but nothing changed": later("It said yes, but nothing changed"),
    "deleting would take retained rows along": later("Deleting would take along rows that are to be kept"),
    "more rows than one person can have": later("It found more rows than one person can have; a reference may be wrong"),
    "more pages than one person can have": later("It answered with more pages than one person can have"),
    "answered no list": UNLIKE,
    "answered no record": UNLIKE,
    "answered no JSON": later("Its answer cannot be read"),
    "a reference reaches too many rows": later("A reference reaches too many rows of other people; it may be wrong"),
    "answer too large": later("Its answer is too large"),
    "left alone after many failures": later("It failed several times in a row and is left alone for a while"),
    # Processors.
    "cancelled it": later("The processor cancelled it"),
    "does not know what it was asked": later("The processor does not know what it was asked"),
    "has not taken it back yet": later("The processor has not taken it back yet"),
    "took something else than was asked": later("The processor took something else than was asked"),
    "its status cannot be read": later("The processor’s answer cannot be read"),
    "its results lie elsewhere": ELSEWHERE,
    "lies outside its base": ELSEWHERE,
    "its certificate lies elsewhere": later("The processor’s certificate lies on another host"),
    "nothing to know the person by": UNKNOWN,
    "knows people by nothing that we send": UNKNOWN,
    "speaks for another domain": later("The answer speaks for another domain"),
    "its certificate is not to be trusted": UNTRUSTED,
    "its certificate is too long": UNTRUSTED,
    "its certificate has a key of another kind": UNTRUSTED,
    "its signature is wrong": later("The signature of its answer is wrong"),
}  # fmt: skip
"""By the reason itself."""
CLASSES = {
    "TimeoutError": TIMED_OUT,
    "ConnectionTimeout": TIMED_OUT,
    "QueryCanceled": TIMED_OUT,
    "timeout": TIMED_OUT,
    "LockNotAvailable": LOCKED,
    "DeadlockDetected": LOCKED,
    "ConnectionRefusedError": REFUSED_LINE,
    "ConnectionResetError": BROKE_OFF,
    "RemoteDisconnected": BROKE_OFF,
    "AdminShutdown": later("The database was being shut down"),
    "gaierror": later("Its name cannot be found"),
    "SSLCertVerificationError": INVALID,
    "SSLError": INVALID,
    "InvalidPassword": later("It does not accept our user name or password"),
    "InsufficientPrivilege": later("Our user there may not do this"),
    "UndefinedTable": NO_TABLE,
    "UndefinedColumn": later("A column of the inventory is not there"),
    "ForeignKeyViolation": later("Other rows still refer to the rows that would go"),
    "NotNullViolation": later("A column there may not be empty"),
    "UniqueViolation": later("A value there must be unlike every other"),
    "ReadOnlySqlTransaction": later("It is open for reading only"),
    "IntegrityError": later("A rule of the database forbids it"),
    "OperationalError": later("The connection failed"),
}
"""By the class of a driver's error; its code stands beside it."""
SHAPES = [
    (re.compile(r"no index on (?P<name>[\w.(), ]+)"), later("A large table has no index on %(name)s")),
    (re.compile(r"no such column: (?P<name>[\w., ]+)"), later("A column of the inventory is not there: %(name)s")),
    (re.compile(r"the column (?P<name>\w+) holds no JSON"), later("The column %(name)s does not hold documents as described")),
    (re.compile(r"no neutral value for column (?P<name>\w+)"), later("Nothing neutral can stand in the column %(name)s")),
    (re.compile(r"(?P<name>[\w.]+) cannot take this value"), later("The column %(name)s cannot take this value")),
    (re.compile(r"(?P<name>[\w.]+) is not there"), later("%(name)s is not there")),
    (re.compile(r"no call (?P<name>\w+) described"), later("The inventory describes no call %(name)s")),
    (re.compile(r"reached through (?P<name>\w+)"), later("It is reached through %(name)s, which did not answer")),
    (re.compile(r"answered (?P<name>\d{3})"), later("It answered with the error %(name)s")),
]  # fmt: skip
CLASS = re.compile(r"(?P<name>[A-Za-z]\w{2,60})(?: (?P<code>[A-Z0-9_]{1,40}))?")


def of_work(trouble: str) -> str:
    """What a work's trouble says: ``legal_hold``, ``exception``, or how it ended and why."""
    kind, _colon, why = trouble.partition(": ")
    if not why:
        return str(WHOLE.get(kind, later("It failed")))
    return of_reason(why) or str(WHOLE.get(kind, REFUSED))


def of_reason(reason: str) -> str:
    """A connector's reason in words; empty where we do not know it, for it may say anything."""
    parts = reason.split(": ")
    # A walk's reason begins with the system and the collection that it is about.
    for text in (": ".join(parts[number:]) for number in range(min(len(parts), 3))):
        if text in WHOLE:
            return str(WHOLE[text])
        for shape, words in SHAPES:
            if found := shape.fullmatch(text):
                return str(words) % found.groupdict()
        if (found := CLASS.fullmatch(text)) and found["name"] in CLASSES:
            code = _(" (%(code)s)") % {"code": found["code"]} if found["code"] else ""
            return f"{CLASSES[found['name']]}{code}"
        if found and (found["code"] or found["name"].endswith(("Error", "Exception", "Violation"))):
            return _("Its driver reported %(code)s") % {"code": text}
    return ""
