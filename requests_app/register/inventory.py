"""What a controller holds about people, where, why and for how long: plain, frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Wording = Mapping[str, str]
"""Text by language code, at least ``en``."""

EraseRule = Literal["delete", "null", "mask", "keep"]
"""What erasing means for a holding: remove the rows, blank the fields, overwrite them, or nothing."""


MatchKind = Literal["email", "phone", "number", "postal_code", "text", "date"]
"""What a fact is, and so what counts as the same: a number without its hyphens, a phone without its spaces."""

OwnKind = Literal["text", "phone", "postal_code", "web_address"]
"""What a person may put into a field of theirs, at once and without anybody of ours."""

SETTING_OPERATIONS = frozenset(
    {
        "opt_out", "opt_in", "limit", "unlimit", "marketing_opt_out", "marketing_opt_in", "withdraw_consent",
        "consent_again", "restrict", "object",
    }
)  # fmt: skip
"""Operations of rights that change how data is used, not the data: a system answers them by its settings."""
RESTRICTS, LIFTS = "restrict", "unrestrict"
"""The operation after which data is kept and not used, and what staff set it back by when that ends; no right asks for it."""
LOOSENING_OPERATIONS = frozenset({"opt_in", "unlimit", "marketing_opt_in", "consent_again", LIFTS})
"""Operations that allow again what had been stopped for the person; every other protects."""
CLOSING = "cancel"
"""The operation that closes an account: conditions first, then a setting, then the data goes."""


@dataclass(frozen=True)
class Reference:
    """A value of this field is a value of that field (fideslang ``references``)."""

    collection: str
    field: str
    direction: Literal["from", "to"] | None = None


@dataclass(frozen=True)
class Field:
    """One column: its category, and what may find a person by it."""

    name: str
    title: Wording
    category: str
    """fideslang data category key, ``user.contact.email``."""
    identity: str | None = None
    """The kind of identifier this field holds: ``email``, ``phone`` or ``customer_id``."""
    stored_as: str | None = None
    """The form of its phone numbers: ``e164``, ``digits``, ``national``, or a pattern such as ``(###) ###-####``, one
    # for each digit after the country code; ``None``: as people write them."""
    country_code: str = ""
    """Which country's numbers a form without one holds, ``1``."""
    primary_key: bool = False
    references: tuple[Reference, ...] = ()
    data_type: str = "string"
    erase: EraseRule | None = None
    """Overrides the holding's rule for this one field; ``keep`` leaves a key or a total in place."""
    never_disclose: str | None = None
    """The kind of 11 CCR 7024(d) data it is (``bank_account``, ``government_id``, ``password`` …)."""
    sensitive: bool = False
    editable: bool = False
    """Whether a person may ask to have it corrected."""
    self_edit: OwnKind | None = None
    """What the person may put here themselves; ``None``: a correction is weighed by people."""
    match: MatchKind | None = None
    """How a value told by the requester is compared with this one; ``None``: it proves nothing."""
    changed_at: str | None = None
    """The column of the same row that says when this address or number last changed."""
    dispute: bool = False
    """Holds notes: what the person disputes in the row stands here, beside it."""
    redact: bool = False
    """Free text that a person reads before it leaves, and a second one confirms what is left out of it."""
    inner: tuple[Field, ...] = ()
    """What the JSON in it holds, for a column that is a document (fideslang's nested ``fields``)."""
    holds: str | None = None
    """The kind of identifier each element is, where this is a list; ``identity`` is for single values."""

    @property
    def is_list(self) -> bool:
        """Whether it holds several values (fideslang's ``string[]``, ``object[]``)."""
        return self.data_type.endswith("[]")

    @property
    def is_document(self) -> bool:
        """Whether there is something inside to be described, given and erased by itself."""
        return bool(self.inner) or self.is_list

    @property
    def links(self) -> tuple[Reference, ...]:
        """What the column as a whole refers to; what a list holds refers like the parts of a document, one by one."""
        return () if self.is_list else self.references

    def parts(self, path: str) -> Iterator[tuple[str, Field]]:
        """This field under ``path`` and all below it, each before what it holds."""
        yield path, self
        for field_ in self.inner:
            yield from field_.parts(f"{path}.{field_.name}")


@dataclass(frozen=True)
class Retention:
    """How long a holding is kept whatever the requester asks, and the law that says so."""

    exemption: str
    """Code of the exemption in the regime, ``DEL8`` or ``CN_RETAIN``."""
    citation: str
    months: int
    counted_from: str
    """The column whose date starts the period."""
    confirmed: bool = False
    words: Wording = field(default_factory=dict)


@dataclass(frozen=True)
class RowCondition:
    """Narrows a holding to some rows: a column compared with an age in months, or with a value."""

    column: str
    operator: Literal["younger_than_months", "older_than_months", "equals", "not_equals"]
    value: int | str | bool


@dataclass(frozen=True)
class Holding:
    """One data category in one system, decided as a whole.

    ``key`` is unique in the controller, ``orders.recent``. Two holdings of one
    collection divide its rows by ``where`` or its columns by ``fields``.
    """

    key: str
    title: Wording
    system: str
    collection: str
    fields: tuple[str, ...]
    """Columns it covers; every column of the collection belongs to exactly one holding per row."""
    category: str
    """Statutory category: a letter of Cal. Civ. Code 1798.140(v)(1), or a PIPL kind."""
    source: Wording
    purpose: Wording
    recipients: Wording
    collected_from_person: bool | None
    """``None``: mixed or unknown, so it is an open question of the deletion right."""
    erase: EraseRule
    retention: Retention | None = None
    where: RowCondition | None = None
    sensitive: bool = False
    tell_recipients: bool = True
    """Whether those whom ``recipients`` names hold it themselves, and are told of an erasure; not where it says nobody."""


@dataclass(frozen=True)
class Collection:
    """One table, and what its rows mean to a reader."""

    system: str
    name: str
    title: Wording
    fields: Mapping[str, Field]
    holdings: tuple[Holding, ...]
    after: tuple[str, ...] = ()
    """Collections whose rows must be erased before these (beyond what references say)."""
    collected_at: str | None = None
    """The column that says when a row was collected; ``None`` where rows are kept up to date and have no one day."""

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Names of the key columns, in declared order."""
        return tuple(f.name for f in self.fields.values() if f.primary_key)

    def parts(self) -> Iterator[tuple[str, Field]]:
        """Every column and everything described inside columns, by path: ``profile``, ``profile.city``."""
        for name, field_ in self.fields.items():
            yield from field_.parts(name)

    def part(self, path: str) -> Field:
        """The field at that path; ``KeyError`` if none is described there."""
        name, *below = path.split(".")
        found = self.fields[name]
        for name in below:
            found = {f.name: f for f in found.inner}[name]
        return found

    def is_inside(self, path: str) -> bool:
        """Whether it leads into a list or a document, where several values may stand, rather than to a column."""
        return "." in path or self.fields[path].is_list

    def identities_inside(self) -> Iterator[tuple[str, str]]:
        """Kind and path of every identifier that stands in a list or in a document."""
        for path, field_ in self.parts():
            kind = field_.holds or (field_.identity if "." in path else None)
            if kind:
                yield kind, path

    def references_inside(self) -> Iterator[tuple[str, Reference]]:
        """Path and target of every reference that stands in a list or in a document: no foreign key of a database."""
        for path, field_ in self.parts():
            if self.is_inside(path):
                for reference in field_.references:
                    yield path, reference

    @property
    def dispute_column(self) -> str | None:
        """Where a dispute about a row is noted; ``None`` where the table has no place for it."""
        return next((f.name for f in self.fields.values() if f.dispute), None)


@dataclass(frozen=True)
class Setting:
    """What an operation leaves behind in a system: columns set on the person's rows, or an entry in a list."""

    operation: str
    """The right's operation, as the law names it: ``opt_out``, ``restrict`` …; or a part, ``withdraw_consent.improvement``."""
    collection: str
    title: Wording
    """What holds afterwards, as a sentence to the person; true whether or not anything was held before."""
    values: Mapping[str, str | int | bool]
    """Columns and what they are set to; in a list, what marks the entry."""
    listed_by: str | None = None
    """Kind of the identifier under which the person is entered if no such entry is there; ``None``: no list."""
    unlists: bool = False
    """Whether the entry is taken out of the list instead, as when an opt-out is undone."""


@dataclass(frozen=True)
class Part:
    """Less than the whole of what a right sets, to be asked for alone: one consent of several."""

    code: str
    """Unique under its operation."""
    title: Wording
    """What is asked, as a choice beside the whole."""
    named: tuple[str, ...] = ()
    """Words by which a letter names it, in lower case."""


@dataclass(frozen=True)
class HttpCall:
    """One call as the pack describes it; ``{name}`` in path, query and body stands for a column's value."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    """JSON to send; ``"{values}"`` stands for all columns to set."""
    rows: str = ""
    """Where in the answer the records are, ``data.items``; empty: the answer is them."""
    next: str = ""
    """Where the answer says which page comes next; empty: there is one page."""
    cursor: str = "cursor"


@dataclass(frozen=True)
class HttpSettings:
    """How a system is reached over HTTP, and what it may be asked."""

    base: str
    hosts: tuple[str, ...]
    """Names it may be called by; an address in the pack that is not among them is refused."""
    networks: tuple[str, ...] = ()
    """Private networks its name may lead to, ``10.2.0.0/16``; without any, public addresses only."""
    collections: Mapping[str, Mapping[str, HttpCall]] = field(default_factory=dict)
    """By collection: ``find_by_<field>``, ``read``, ``delete``, ``update``, ``create``."""


@dataclass(frozen=True)
class ProcessorSettings:
    """How a processor that speaks OpenDSR is asked; its address stands under ``http``."""

    path: str = ""
    """What stands before ``/discovery`` and ``/requests``, ``/v2``."""
    exemptions: bool = False
    """Whether it understands, as an extension, which holdings an erasure leaves and why."""
    identities: Mapping[str, str] = field(default_factory=dict)
    """Our kind of identifier and the form it is sent in: ``raw``, ``sha1``, ``md5`` or ``sha256``."""


@dataclass(frozen=True)
class Condition:
    """What must hold before an account is closed: none of the person's rows may meet ``where``."""

    key: str
    title: Wording
    """The condition as a sentence to the person: "No order is waiting to be sent"."""
    collection: str
    where: RowCondition


@dataclass(frozen=True)
class System:
    """One place where data lives, and the connector that reaches it."""

    key: str
    title: Wording
    connector: str
    """``sql``, ``http``, ``opendsr``, ``memory`` or ``manual``."""
    secret: str
    """Name of the environment variable that holds its address; never the address itself."""
    collections: Mapping[str, Collection]
    categories: Mapping[str, Wording] = field(default_factory=dict)
    """What each statutory category of its holdings is called."""
    settings: tuple[Setting, ...] = ()
    """What rights that change how data is used, rather than the data, set here."""
    parts: Mapping[str, Part] = field(default_factory=dict)
    """By ``operation.part``, as in the settings: what may be asked for alone."""

    owner: str = ""
    """Address of whoever looks after it: asked by mail for what no connector can do."""
    about_nobody: frozenset[str] = frozenset()
    """Tables that stand beside the described ones and hold nothing about a person."""
    http: HttpSettings | None = None
    conditions: tuple[Condition, ...] = ()
    """What must hold before an account here is closed."""
    processor: ProcessorSettings | None = None
    redact_files: bool = False
    """Whether a person looks at every file sent for it before the file leaves."""

    @property
    def is_asked(self) -> bool:
        """Whether nobody can search it for us: a person or a processor is asked, whatever the others hold."""
        return self.connector in {"manual", "opendsr"}

    def settings_for(self, operation: str) -> tuple[Setting, ...]:
        """What that operation, or that part of it, sets in this system, in file order."""
        return tuple(setting for setting in self.settings if setting.operation == operation)


@dataclass(frozen=True)
class Inventory:
    """All systems of one controller."""

    systems: Mapping[str, System]

    def target_of(self, system: str, reference: Reference) -> Collection | None:
        """What a reference in that system leads to: a collection of the same one, else ``system.collection``."""
        if reference.collection in self.systems[system].collections:
            return self.systems[system].collections[reference.collection]
        other, _dot, name = reference.collection.partition(".")
        return self.systems[other].collections.get(name) if other in self.systems else None

    def collections(self) -> Iterator[Collection]:
        """Every collection of every system, in file order."""
        for system in self.systems.values():
            yield from system.collections.values()

    def parts_of(self, operation: str) -> tuple[Part, ...]:
        """What of that operation may be asked for alone, in file order; each once, whatever systems it is set in."""
        found: dict[str, Part] = {}
        for system in self.systems.values():
            for key, part in system.parts.items():
                if key == f"{operation}.{part.code}":
                    found.setdefault(key, part)
        return tuple(found.values())

    def matchable(self) -> Iterator[tuple[Collection, Field]]:
        """Fields whose values may help to show who is asking, in file order."""
        for collection in self.collections():
            for field_ in collection.fields.values():
                if field_.match is not None:
                    yield collection, field_

    def holdings(self) -> Iterator[Holding]:
        """Every holding, in file order."""
        for collection in self.collections():
            yield from collection.holdings

    def holding(self, key: str) -> Holding:
        """The holding with that key; ``KeyError`` if the inventory has none."""
        for holding in self.holdings():
            if holding.key == key:
                return holding
        raise KeyError(key)
