"""Our own keys in an inventory file, under a dataset's ``meta.portal``: their names, kinds and defaults."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Key

from .inventory import EraseRule, MatchKind, OwnKind


class _Strict(BaseModel):
    """A misspelt key is a mistake, never something to pass over."""

    model_config = ConfigDict(extra="forbid")


class CollectionKeys(_Strict):
    """What we add to a collection."""

    title: dict[str, str]
    collected_at: str | None = None


class FieldKeys(_Strict):
    """What we add to a field."""

    title: dict[str, str] = Key(default_factory=dict)
    type: Literal["date", "datetime"] | None = None
    erase: EraseRule | None = None
    never_disclose: str | None = None
    sensitive: bool = False
    editable: bool = False
    self_edit: OwnKind | None = None
    match: MatchKind | None = None
    changed_at: str | None = None
    stored_as: str | None = None
    country_code: str = ""
    dispute: bool = False
    redact: bool = False


class RetentionKeys(_Strict):
    """A duty to keep a holding."""

    exemption: str
    citation: str = ""
    months: int
    counted_from: str
    confirmed: bool = False
    words: dict[str, str] = Key(default_factory=dict)


class WhereKeys(_Strict):
    """Which rows a holding covers."""

    column: str
    operator: Literal["younger_than_months", "older_than_months", "equals", "not_equals"]
    value: int | bool | str


class HoldingKeys(_Strict):
    """A holding; its key in the file is ``<collection>.<name>``."""

    title: dict[str, str]
    fields: list[str] | Literal["all"] = "all"
    category: str
    source: dict[str, str]
    purpose: dict[str, str]
    recipients: dict[str, str]
    tell_recipients: bool = True
    collected_from_person: bool | None
    erase: EraseRule
    retention: RetentionKeys | None = None
    where: WhereKeys | None = None
    sensitive: bool = False


class SettingKeys(_Strict):
    """What an operation sets: on the person's rows, or in a list by an identifier."""

    collection: str
    title: dict[str, str]
    set: dict[str, bool | int | str]
    listed_by: str | None = None
    unlists: bool = False


class ConditionKeys(_Strict):
    """What must hold before an account is closed."""

    title: dict[str, str]
    collection: str
    where: WhereKeys


class CallKeys(_Strict):
    """One call to a system behind HTTP."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    query: dict[str, str] = Key(default_factory=dict)
    body: Any = None
    rows: str = ""
    next: str = ""
    cursor: str = "cursor"


class HttpKeys(_Strict):
    """How a system behind HTTP is reached."""

    base: str
    hosts: list[str] = Key(min_length=1)
    networks: list[str] = Key(default_factory=list)
    collections: dict[str, dict[str, CallKeys]] = Key(default_factory=dict)


class ProcessorKeys(_Strict):
    """How a processor that speaks OpenDSR is asked."""

    path: str = ""
    exemptions: bool = False
    identities: dict[Literal["email", "customer_id"], Literal["raw", "sha1", "md5", "sha256"]] = Key(
        min_length=1
    )


class PartKeys(_Strict):
    """Less than the whole of a right, to be asked for alone."""

    title: dict[str, str]
    named: list[str] = Key(default_factory=list)


class PortalKeys(_Strict):
    """Everything under ``meta.portal``."""

    title: dict[str, str]
    connector: str
    secret: str = ""
    owner: str = ""
    http: HttpKeys | None = None
    opendsr: ProcessorKeys | None = None
    about_nobody: list[str] = Key(default_factory=list)
    categories: dict[str, dict[str, str]] = Key(default_factory=dict)
    collections: dict[str, CollectionKeys]
    fields: dict[str, FieldKeys]
    holdings: dict[str, HoldingKeys]
    settings: dict[str, list[SettingKeys]] = Key(default_factory=dict)
    parts: dict[str, PartKeys] = Key(default_factory=dict)
    conditions: dict[str, ConditionKeys] = Key(default_factory=dict)
    redact_files: bool = False
