"""What the portal keeps about a case."""

from requests_app.models.case import LIVES, UNVERIFIED, Case, Cause, reference
from requests_app.models.choice import CookieChoice
from requests_app.models.digest import Digest
from requests_app.models.doubt import Doubt
from requests_app.models.errand import Errand
from requests_app.models.event import PURGE_ROLE, REVEALED, SELF_MADE, CaseEvent, Stumble
from requests_app.models.holding import Approval, Determination, Holding, Paper
from requests_app.models.kept import DraftFile, PolicyReader, SavedDraft
from requests_app.models.legal_hold import LegalHold, Matter, MatterEvent
from requests_app.models.own import OwnLook
from requests_app.models.published_year import PublishedYear
from requests_app.models.reading import Reading
from requests_app.models.reply import Mention, WaitingReply
from requests_app.models.restriction import Restriction
from requests_app.models.submission import (
    Channel,
    HookEvent,
    MailboxMark,
    Submission,
    Tray,
    TrayEvent,
    public_id,
)
from requests_app.models.task import Task
from requests_app.models.view import SavedView
from requests_app.models.work import Knock, Letter, Message, Package, SubjectRecord, Work

__all__ = [
    "LIVES",
    "PURGE_ROLE",
    "REVEALED",
    "SELF_MADE",
    "UNVERIFIED",
    "Approval",
    "Case",
    "CaseEvent",
    "Cause",
    "Channel",
    "CookieChoice",
    "Determination",
    "Digest",
    "Doubt",
    "DraftFile",
    "Errand",
    "Holding",
    "HookEvent",
    "Knock",
    "LegalHold",
    "Letter",
    "MailboxMark",
    "Matter",
    "MatterEvent",
    "Mention",
    "Message",
    "OwnLook",
    "Package",
    "Paper",
    "PolicyReader",
    "PublishedYear",
    "Reading",
    "Restriction",
    "SavedDraft",
    "SavedView",
    "Stumble",
    "SubjectRecord",
    "Submission",
    "Task",
    "Tray",
    "TrayEvent",
    "WaitingReply",
    "Work",
    "public_id",
    "reference",
]  # fmt: skip
