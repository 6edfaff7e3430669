"""The tables of MiMap's sample shop."""

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
CUSTOMERS = Table(
    "customers",
    METADATA,
    Column("customer_id", String(12), primary_key=True),
    Filled("username", String(80)),
    Filled("password_hash", String(200)),
    Column("email", String(200), unique=True),
    Column("full_name", String(120)),
    Column("phone", String(20), index=True),
    Column("company_name", String(120)),
    Column("company_url", String(200)),
    Column("about", Text),
    Column("email_changed_at", Moment()),
    Column("dispute_note", Text),
    Filled("created_at", Moment()),
    Column("last_login_at", Moment()),
    Column("sells_or_shares", Boolean),
    Column("sensitive_use_limited", Boolean),
    Column("consent_to_profiling", Boolean),
)
ADDRESSES = Table(
    "addresses",
    METADATA,
    key("address_id"),
    of("customers.customer_id", String(12)),
    Filled("kind", String(20)),
    Filled("recipient", String(120)),
    Filled("street", String(200)),
    Filled("city", String(80)),
    Filled("state", String(2)),
    Filled("postal_code", String(10)),
)
ORDERS = Table(
    "orders",
    METADATA,
    key("order_id"),
    of("customers.customer_id", String(12)),
    Filled("order_no", String(20), unique=True),
    Filled("invoice_no", String(20), index=True),
    Filled("ordered_on", Date, index=True),
    Filled("status", String(20)),
    Filled("total_cents", Integer),
    Filled("ship_to", String(300)),
    Column("tracking_no", String(40)),
)
ORDER_ITEMS = Table(
    "order_items",
    METADATA,
    key("item_id"),
    of("orders.order_id"),
    Filled("sku", String(20)),
    Filled("product", String(120)),
    Filled("quantity", Integer),
    Filled("unit_cents", Integer),
    Filled("ordered_on", Date),
)
# Whoever is named on another customer's order is found by their own number only: erasing them
# must leave that order alone. The row goes with its order, hence the cascade.
ORDER_CONTACTS = Table(
    "order_contacts",
    METADATA,
    Column("order_id", Integer, ForeignKey("orders.order_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String(12), ForeignKey("customers.customer_id"), primary_key=True, index=True),
    Filled("role", String(40)),
)
PAYMENTS = Table(
    "payments",
    METADATA,
    key("payment_id"),
    of("orders.order_id"),
    Filled("method", String(20)),
    Column("card_number", String(30)),
    Filled("amount_cents", Integer),
    Filled("paid_at", Moment()),
    Filled("ordered_on", Date),
)
BANK_ACCOUNTS = Table(
    "bank_accounts",
    METADATA,
    key("account_id"),
    of("customers.customer_id", String(12)),
    Filled("bank_name", String(80)),
    Filled("account_number", String(30)),
    Filled("added_at", Moment()),
)
CREDIT_HISTORY = Table(
    "credit_history",
    METADATA,
    key("record_id"),
    of("customers.customer_id", String(12)),
    Filled("bureau", String(80)),
    Filled("credit_limit_cents", Integer),
    Filled("assessment", String(40)),
    Filled("reported_on", Date),
)
COMMUNICATIONS = Table(
    "communications",
    METADATA,
    key("message_id"),
    of("customers.customer_id", String(12)),
    Filled("channel", String(20)),
    Filled("direction", String(20)),
    Filled("subject", String(200)),
    Filled("body", Text),
    Filled("sent_at", Moment()),
)
DEVICES = Table(
    "devices",
    METADATA,
    Column("device_id", String(40), primary_key=True),
    of("customers.customer_id", String(12)),
    Filled("device_type", String(20)),
    Filled("operating_system", String(40)),
    Filled("hardware_model", String(60)),
    Column("mobile_network", String(40)),
    Filled("first_seen_at", Moment()),
)
WEB_LOG = Table(
    "web_log",
    METADATA,
    key("log_id"),
    of("customers.customer_id", String(12), nullable=True),
    Filled("ip_address", String(45)),
    Filled("browser", String(60)),
    Filled("page", String(200)),
    Column("link_clicked", String(200)),
    Filled("at", Moment(), index=True),
)
USAGE_EVENTS = Table(
    "usage_events",
    METADATA,
    key("event_id"),
    of("customers.customer_id", String(12)),
    Filled("feature", String(60)),
    Filled("seconds_spent", Integer),
    Filled("load_milliseconds", Integer),
    Filled("used_at", Moment()),
)
TRACKING_IDS = Table(
    "tracking_ids",
    METADATA,
    Column("tracking_id", String(40), primary_key=True),
    of("customers.customer_id", String(12), nullable=True),
    Filled("kind", String(20)),
    Filled("provider", String(60)),
    Filled("used_for", String(20)),
    Filled("set_at", Moment()),
)
INFERENCES = Table(
    "inferences",
    METADATA,
    key("inference_id"),
    of("customers.customer_id", String(12)),
    Filled("interest", String(80)),
    Filled("derived_from", String(80)),
    Filled("derived_on", Date),
)
MARKETING_LIST = Table(
    "marketing_list",
    METADATA,
    key("subscriber_id"),
    of("customers.customer_id", String(12), nullable=True),
    Filled("email", String(200)),
    Filled("topics", String(120)),
    Filled("subscribed_at", Moment()),
    Filled("subscribed", Boolean),
)
# Whoever said no, also people the shop knows nothing else about; its mailings and partners read it.
REFUSALS = Table(
    "refusals",
    METADATA,
    Column("entry_id", Integer, primary_key=True),
    Filled("email", String(200)),
    Filled("what", String(20)),
    Filled("entered_at", Moment(), server_default=func.current_timestamp()),
    UniqueConstraint("email", "what"),
)
THIRD_PARTY_DATA = Table(
    "third_party_data",
    METADATA,
    key("record_id"),
    of("customers.customer_id", String(12)),
    Filled("source_kind", String(40)),
    Filled("source_name", String(80)),
    Filled("content", Text),
    Filled("received_on", Date),
)
SUPPLIER_CONTACTS = Table(
    "supplier_contacts",
    METADATA,
    key("contact_id"),
    Column("email", String(200), unique=True),
    Filled("full_name", String(120)),
    Column("phone", String(20)),
    Filled("company", String(120)),
    Column("role", String(60)),
    Column("bank_account_number", String(30)),
    Filled("added_on", Date),
)
SUPPLIER_INVOICES = Table(
    "supplier_invoices",
    METADATA,
    key("invoice_id"),
    of("supplier_contacts.contact_id"),
    Filled("invoice_no", String(20)),
    Filled("goods", String(120)),
    Filled("amount_cents", Integer),
    Filled("shipping", String(200)),
    Filled("invoiced_on", Date, index=True),
)
APPLICANTS = Table(
    "applicants",
    METADATA,
    key("applicant_id"),
    Filled("email", String(200)),
    Filled("full_name", String(120)),
    Filled("phone", String(20)),
    Filled("position", String(80)),
    Column("other_details", Text),
    Filled("applied_on", Date),
)
APPLICANT_EMPLOYMENT = Table(
    "applicant_employment",
    METADATA,
    key("entry_id"),
    of("applicants.applicant_id"),
    Filled("employer", String(120)),
    Filled("job_title", String(80)),
    Filled("years", String(20)),
)
APPLICANT_EDUCATION = Table(
    "applicant_education",
    METADATA,
    key("entry_id"),
    of("applicants.applicant_id"),
    Filled("school", String(120)),
    Filled("degree", String(80)),
    Filled("graduated_in", Integer),
)
BACKGROUND_CHECKS = Table(
    "background_checks",
    METADATA,
    key("check_id"),
    of("applicants.applicant_id"),
    Filled("agency", String(80)),
    Filled("outcome", String(40)),
    Filled("reported_on", Date),
)

for _table in (CUSTOMERS, MARKETING_LIST, REFUSALS, SUPPLIER_CONTACTS, APPLICANTS):
    index_email(_table)
