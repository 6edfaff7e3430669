"""Where the data lives: find a person's rows, preview, read, erase and confirm, in whatever holds them."""

from .confirm import Confirmation, Leftover, confirm, is_begun, standing, undone
from .connectors.base import (
    Connector,
    HoldPlaced,
    Identifier,
    Key,
    Match,
    Row,
    SystemFailure,
    SystemRefused,
    SystemUnreachable,
)
from .connectors.registry import connect, connect_all, operations_of
from .connectors.sql_values import as_kind
from .documents import (
    NoDocument,
    Reshape,
    described,
    keys_at,
    picked,
    put,
    refuse_unreadable,
    retold,
    values_at,
)
from .erase import Erased, RetainedAtRisk, erase
from .found import Found, FoundRows, SystemStatus
from .graph import Graph, erasing_order, systems_in_erasing_order
from .holdings import holdings_of
from .leading import led_to
from .ledger import Entry, Ledger
from .look_back import is_within, within
from .masks import MAIL_DOMAIN, neutral
from .plan import Decision, Note, Plan, Step, make_plan
from .points import Matched, forms, match_points
from .preview import HoldingPreview, Preview, SystemPreview, preview, preview_of
from .reading import read
from .settings import Settled, confirm_settings, put_settings, standing_against
from .since import came_since
from .stored import as_known
from .walk import Walk, find

__all__ = [
    "MAIL_DOMAIN",
    "Confirmation",
    "Connector",
    "Decision",
    "Entry",
    "Erased",
    "Found",
    "FoundRows",
    "Graph",
    "HoldPlaced",
    "HoldingPreview",
    "Identifier",
    "Key",
    "Ledger",
    "Leftover",
    "Match",
    "Matched",
    "NoDocument",
    "Note",
    "Plan",
    "Preview",
    "Reshape",
    "RetainedAtRisk",
    "Row",
    "Settled",
    "Step",
    "SystemFailure",
    "SystemPreview",
    "SystemRefused",
    "SystemStatus",
    "SystemUnreachable",
    "Walk",
    "as_kind",
    "as_known",
    "came_since",
    "confirm",
    "confirm_settings",
    "connect",
    "connect_all",
    "described",
    "erase",
    "erasing_order",
    "find",
    "forms",
    "holdings_of",
    "is_begun",
    "is_within",
    "keys_at",
    "led_to",
    "make_plan",
    "match_points",
    "neutral",
    "operations_of",
    "picked",
    "preview",
    "preview_of",
    "put",
    "put_settings",
    "read",
    "refuse_unreadable",
    "retold",
    "standing",
    "standing_against",
    "systems_in_erasing_order",
    "undone",
    "values_at",
    "within",
]
