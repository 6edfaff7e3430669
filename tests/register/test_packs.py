"""The packs that ship: they load, nothing is wrong with them, and they cover what the policies name."""

from datetime import date
from pathlib import Path

import pytest

from requests_app.register import check_packs, read_packs

PACKS = Path(__file__).parents[2] / "portal" / "controllers"


@pytest.fixture(scope="module")
def packs():
    return {controller.slug: controller for controller in read_packs(PACKS)}


def test_nothing_is_wrong_with_the_shipped_packs():
    assert check_packs(PACKS) == ()


@pytest.mark.parametrize(
    ("slug", "zone", "languages", "rights"),
    [
        (
            "mimap",
            "America/New_York",
            ("en", "zh-Hans"),
            [
                "KNOW_CAT",
                "KNOW_PCS",
                "DELETE",
                "CORRECT",
                "OPT_OUT",
                "LIMIT",
                "MARKETING_OPT_OUT",
                "CONSENT_WITHDRAWAL",
                "MINOR_REPORT",
                "ENQUIRY",
                "COMPLAINT",
                "APPEAL",
                "NON_RETALIATION",
                "INCIDENT",
            ],
        ),
        (
            "mipmap",
            "Asia/Shanghai",
            ("zh-Hans", "en"),
            [
                "CN_ACCESS",
                "CN_COPY",
                "CN_DELETE",
                "CN_CORRECT",
                "CN_RESTRICT",
                "CN_PORT",
                "CN_CANCEL",
                "CN_ADM_MKT",
                "CN_WITHDRAW",
                "CN_MINOR",
                "CN_ADM_DEC",
                "CN_EXPLAIN",
                "CN_COMPLAINT",
                "INCIDENT",
            ],
        ),
    ],
)
def test_a_controller_says_who_it_is_and_what_it_offers(packs, slug, zone, languages, rights):
    controller = packs[slug]
    assert (controller.zone, controller.languages) == (zone, languages)
    assert [right.code for right in controller.rights] == rights
    assert controller.offers(rights[0]) and not controller.offers("GDPR_ERASE")


def test_the_reader_gets_the_policy_in_their_language_and_learns_that_it_is_translated(packs):
    chinese, english = (packs["mipmap"].policy(language) for language in ("zh-Hans", "en"))
    assert chinese.translation and not english.translation
    assert chinese.published_on == english.published_on == date(2026, 11, 21)
    assert "未注明日期" in chinese.note["zh-Hans"] and "no date" in english.note["en"]
    assert packs["mimap"].policy("zh-Hans") == packs["mimap"].policy("en")


def test_fields_and_collections_keep_the_order_of_the_file(packs):
    system = packs["mipmap"].inventory.systems["mipmap_platform_db"]
    assert list(system.collections)[:4] == ["accounts", "profiles", "guardian_consents", "orders"]
    assert list(system.collections["accounts"].fields)[:3] == ["account_id", "username", "password_hash"]


def test_a_sale_is_kept_while_young_and_erased_when_old(packs):
    for controller in packs.values():
        recent, older = (controller.inventory.holding(f"orders.{age}") for age in ("recent", "older"))
        assert recent.retention is not None and not recent.retention.confirmed
        assert recent.retention.citation.startswith("to be named by counsel")
        assert older.retention is None and older.erase == "delete"


NAMED = {
    "mipmap": {
        "your mobile phone number": "accounts.phone",
        "email address, and the username and password you create": "accounts.password_hash",
        "name, birthday, gender, location, work industry": "profiles.industry",
        "name, phone number, email address, mailing address": "deliveries.mailing_address",
        "ID card number": "identity_checks.id_card_number",
        "bank card number": "payments.bank_card_number",
        "device configuration information": "devices.configuration",
        "shared text or pictures": "shared_content.body",
        "log records, IP address": "access_logs.ip_address",
        "time information": "access_logs.at",
        "recommend better or more suitable services": "recommendations.service",
        "contacting our customer service team": "support_tickets.message",
        "operations when using services": "usage_events.operation",
        "diagnostic data and usage data": "improvement_diagnostics.diagnostic_data",
        "device identification number": "improvement_diagnostics.device_id",
        "device attribute information": "improvement_diagnostics.device_attributes",
        "disclosed to the public by yourself": "public_information.content",
        "small data files called Cookies": "cookies.cookie_id",
        "items in your shopping cart": "cookies.preference",
        "we will track this click": "email_tracking.clicked_url",
        "whether the email has been opened": "email_tracking.opened_at",
        "our mailing list": "marketing_subscriptions.email",
        "share some of your personal information with partners": "partner_sharing.shared_data",
        "consent of a parent or guardian": "guardian_consents.guardian_name",
    },
    "mimap": {
        "Your name, email address, mailing address, phone number": "addresses.street",
        "company name/URL": "customers.company_url",
        "username, password, and other credentials": "customers.password_hash",
        "products you purchase": "order_items.product",
        "orders you place, payment information": "payments.card_number",
        "shipping details": "orders.ship_to",
        "emails, feedback, and customer support inquiries": "communications.body",
        "additional information you choose to provide": "customers.about",
        "device type, operating system, hardware model": "devices.hardware_model",
        "mobile network information": "devices.mobile_network",
        "IP address, access times, pages viewed": "web_log.page",
        "links clicked": "web_log.link_clicked",
        "time spent on pages": "usage_events.seconds_spent",
        "performance data": "usage_events.load_milliseconds",
        "cookies, pixel tags": "tracking_ids.kind",
        "Social Media Platforms": "third_party_data.source_kind",
        "infer your preferences or interests": "inferences.interest",
        "receiving promotional communications": "marketing_list.email",
        "contact information, employment history": "applicant_employment.employer",
        "education, and other relevant details": "applicant_education.school",
        "conducting background checks": "background_checks.outcome",
        "Contact details of suppliers and purchasers": "supplier_contacts.phone",
        "order information, invoices": "supplier_invoices.invoice_no",
        "Bank account details": "bank_accounts.account_number",
        "credit history": "credit_history.assessment",
    },
}


@pytest.mark.parametrize(
    ("slug", "words", "path"), [(s, *pair) for s, n in NAMED.items() for pair in n.items()]
)
def test_what_the_policy_names_the_inventory_holds(packs, slug, words, path):
    assert words in packs[slug].policy("en").read()
    collection, _, name = path.partition(".")
    described = {c.name: c for c in packs[slug].inventory.collections()}
    assert any(name in holding.fields for holding in described[collection].holdings)
