"""The side of MiMap that customers do not see: who supplies it, and who applied for work there."""

from __future__ import annotations

from random import Random

from .people import APPLICANT, SUPPLIER, Days, Person, make_american
from .rows import Rows

GOODS = (
    ("ING-101", "Citric acid, 25 kg", 6400),
    ("ING-114", "Xanthan gum, 10 kg", 11900),
    ("ING-120", "Pea protein isolate, 20 kg", 15800),
    ("ING-133", "Stevia extract, 1 kg", 9200),
    ("ING-140", "Sunflower lecithin, 5 kg", 7300),
    ("ING-158", "Matcha powder, 2 kg", 13100),
)
SUPPLIERS, APPLICANTS = 120, 150


def add_office(rows: Rows, random: Random, days: Days) -> None:
    """Suppliers' contacts with their invoices, and applicants with what came with them."""
    for person in (SUPPLIER, *(make_american(random, 10_000 + n) for n in range(SUPPLIERS))):
        _add_supplier(rows, random, days, person)
    for person in (APPLICANT, *(make_american(random, 20_000 + n) for n in range(APPLICANTS))):
        _add_applicant(rows, random, days, person)


def _add_supplier(rows: Rows, random: Random, days: Days, person: Person) -> None:
    """A contact at a supplier, with invoices old and new."""
    contact_id = rows.add(
        "supplier_contacts",
        email=person.email,
        full_name=person.name,
        phone=person.phone,
        company=random.choice(("Vega Ingredients", "Example Mills", "North Dock Trading")),
        role=random.choice(("Sales", "Purchasing")),
        bank_account_number=f"000{random.randrange(10**9):09d}",
        added_on=days.ago(2200),
    )
    for age in (40, 900, 1700) if person is SUPPLIER else random.sample(range(1, 2200), 2):
        rows.add(
            "supplier_invoices",
            contact_id=contact_id,
            invoice_no=f"S-{contact_id:04d}-{age}",
            goods=random.choice(GOODS)[1],
            amount_cents=random.randrange(50_000, 900_000),
            shipping="By road to New York",
            invoiced_on=days.ago(age),
        )


def _add_applicant(rows: Rows, random: Random, days: Days, person: Person) -> None:
    """An application with what came with it."""
    age = random.randrange(10, 700)
    applicant_id = rows.add(
        "applicants",
        email=person.email,
        full_name=person.name,
        phone=person.phone,
        position=random.choice(("Warehouse lead", "Account manager", "Food technologist")),
        other_details="Can start within a month.",
        applied_on=days.ago(age),
    )
    for years in ("2016-2020", "2020-2025"):
        rows.add(
            "applicant_employment",
            applicant_id=applicant_id,
            employer="Example Foods",
            job_title=random.choice(("Clerk", "Supervisor")),
            years=years,
        )
    rows.add(
        "applicant_education",
        applicant_id=applicant_id,
        school="Example State College",
        degree="BSc",
        graduated_in=2016,
    )
    if person is APPLICANT or random.random() < 0.3:
        rows.add(
            "background_checks",
            applicant_id=applicant_id,
            agency="Example Screening",
            outcome="nothing found",
            reported_on=days.ago(age - 5),
        )
