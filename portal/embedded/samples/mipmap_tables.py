"""The tables of MipMap's sample platform."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from .columns import Filled, Moment, index_email, key, of

METADATA = MetaData()

ACCOUNT = "accounts.account_id"

ACCOUNTS = Table(
    "accounts",
    METADATA,
    key("account_id"),
    Filled("username", String(80)),
    Filled("password_hash", String(200)),
    Column("phone", String(20), unique=True),
    Column("email", String(200), unique=True),
    Filled("status", String(20)),
    Column("contact_changed_at", Moment()),
    Filled("registered_at", Moment()),
    Column("last_sign_in_at", Moment()),
    Column("personalised", Boolean),
    Column("consent_to_improvement", Boolean),
    Column("processing_restricted", Boolean),
)
PROFILES = Table(
    "profiles",
    METADATA,
    Column("account_id", Integer, ForeignKey(ACCOUNT), primary_key=True, autoincrement=False),
    Column("full_name", String(80)),
    Column("birthday", Date),
    Column("gender", String(10)),
    Column("location", String(80)),
    Column("industry", String(80)),
    Column("dispute_note", Text),
    Filled("updated_at", Moment()),
)
GUARDIAN_CONSENTS = Table(
    "guardian_consents",
    METADATA,
    key("consent_id"),
    of(ACCOUNT),
    Filled("guardian_name", String(80)),
    Filled("guardian_phone", String(20)),
    Filled("child_birth_year", Integer),
    Filled("given_at", Moment()),
)
ORDERS = Table(
    "orders",
    METADATA,
    key("order_id"),
    of(ACCOUNT),
    Filled("order_no", String(24), unique=True),
    Filled("product", String(120)),
    Filled("amount_fen", Integer),
    Filled("status", String(20)),
    Filled("buyer_name", String(80)),
    Filled("buyer_phone", String(20)),
    Column("buyer_email", String(200)),
    Filled("ordered_on", Date, index=True),
)
IDENTITY_CHECKS = Table(
    "identity_checks",
    METADATA,
    key("check_id"),
    of("orders.order_id"),
    Filled("real_name", String(80)),
    Filled("id_card_number", String(18)),
    Filled("checked_at", Moment()),
)
PAYMENTS = Table(
    "payments",
    METADATA,
    key("payment_id"),
    of("orders.order_id"),
    Filled("method", String(20)),
    Column("bank_card_number", String(24)),
    Filled("amount_fen", Integer),
    Filled("paid_at", Moment()),
    Filled("ordered_on", Date),
)
DELIVERIES = Table(
    "deliveries",
    METADATA,
    key("delivery_id"),
    of("orders.order_id"),
    Filled("recipient_name", String(80)),
    Filled("recipient_phone", String(20)),
    Filled("mailing_address", String(200)),
    Filled("carrier", String(40)),
    Filled("tracking_no", String(40), index=True),
    Filled("ordered_on", Date),
)
DEVICES = Table(
    "devices",
    METADATA,
    Column("device_id", String(40), primary_key=True),
    of(ACCOUNT),
    Filled("model", String(60)),
    Filled("operating_system", String(40)),
    Filled("configuration", String(120)),
    Filled("first_seen_at", Moment()),
)
ACCESS_LOGS = Table(
    "access_logs",
    METADATA,
    key("log_id"),
    of(ACCOUNT, nullable=True),
    Filled("ip_address", String(45)),
    Filled("user_agent", String(80)),
    Filled("action", String(80)),
    Filled("result", String(20)),
    Filled("at", Moment(), index=True),
)
USAGE_EVENTS = Table(
    "usage_events",
    METADATA,
    key("event_id"),
    of(ACCOUNT),
    Filled("service", String(60)),
    Filled("operation", String(60)),
    Filled("used_at", Moment()),
)
RECOMMENDATIONS = Table(
    "recommendations",
    METADATA,
    key("recommendation_id"),
    of(ACCOUNT),
    Filled("service", String(60)),
    Filled("reason", String(120)),
    Filled("shown_at", Moment()),
)
COOKIES = Table(
    "cookies",
    METADATA,
    Column("cookie_id", String(40), primary_key=True),
    of(ACCOUNT, nullable=True),
    Filled("site", String(80)),
    Column("preference", String(120)),
    Filled("set_at", Moment()),
)
SHARED_CONTENT = Table(
    "shared_content",
    METADATA,
    key("content_id"),
    of(ACCOUNT),
    Filled("kind", String(10)),
    Filled("title", String(120)),
    Filled("body", Text),
    Filled("shared_at", Moment()),
)
SUPPORT_TICKETS = Table(
    "support_tickets",
    METADATA,
    key("ticket_id"),
    of(ACCOUNT),
    Filled("channel", String(20)),
    Filled("subject", String(120)),
    Filled("message", Text),
    Column("reply", Text),
    Filled("opened_at", Moment()),
)
# Whoever takes part in another person's enquiry is found by their own number only: erasing them
# must leave that enquiry alone. The row goes with its enquiry, hence the cascade.
TICKET_PARTICIPANTS = Table(
    "ticket_participants",
    METADATA,
    Column(
        "ticket_id",
        Integer,
        ForeignKey("support_tickets.ticket_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("account_id", Integer, ForeignKey(ACCOUNT), primary_key=True, autoincrement=False, index=True),
    Filled("role", String(20)),
    Filled("added_at", Moment()),
)
IMPROVEMENT_DIAGNOSTICS = Table(
    "improvement_diagnostics",
    METADATA,
    key("diagnostic_id"),
    of(ACCOUNT),
    of("devices.device_id", String(40)),
    Filled("device_attributes", String(120)),
    Filled("diagnostic_data", Text),
    Filled("usage_data", Text),
    Filled("recorded_at", Moment()),
)
PARTNER_SHARING = Table(
    "partner_sharing",
    METADATA,
    key("share_id"),
    of(ACCOUNT),
    Filled("partner", String(80)),
    Filled("partner_kind", String(40)),
    Filled("shared_data", String(120)),
    Filled("purpose", String(80)),
    Filled("shared_on", Date, index=True),
)
MARKETING_SUBSCRIPTIONS = Table(
    "marketing_subscriptions",
    METADATA,
    key("subscription_id"),
    of(ACCOUNT, nullable=True),
    Filled("email", String(200)),
    Filled("topics", String(120)),
    Filled("subscribed_at", Moment()),
    Filled("subscribed", Boolean),
)
# Whoever said no, also people without an account; every mailing reads it first.
REFUSALS = Table(
    "refusals",
    METADATA,
    Column("entry_id", Integer, primary_key=True),
    Filled("email", String(200)),
    Filled("what", String(20)),
    Filled("entered_at", Moment(), server_default=func.current_timestamp()),
    UniqueConstraint("email", "what"),
)
EMAIL_TRACKING = Table(
    "email_tracking",
    METADATA,
    key("tracking_id"),
    of("marketing_subscriptions.subscription_id"),
    Filled("message_name", String(80)),
    Filled("opened_at", Moment()),
    Column("clicked_url", String(200)),
)
PUBLIC_INFORMATION = Table(
    "public_information",
    METADATA,
    key("record_id"),
    of(ACCOUNT),
    Filled("source_name", String(80)),
    Filled("content", Text),
    Filled("collected_on", Date),
)

for _table in (ACCOUNTS, MARKETING_SUBSCRIPTIONS, REFUSALS):
    index_email(_table)
