"""What a person signs with the code where the law wants a signed declaration, in the words they sign."""

from __future__ import annotations

from django.utils.translation import gettext as _

from requests_app import law
from requests_app.models import Case


def of_oneself() -> str:
    """What is signed before one's own data is shown and put right without a request: :func:`statement`, at the door."""
    return _(
        "I declare under penalty of perjury that I am the person whose personal information is shown here."
    )


def statement(case: Case) -> str:
    """Under penalty of perjury where the regime's standard says so (11 CCR 7062(c)); a plain confirmation elsewhere."""
    right = law.regime(case.regime, case.received_on).right(case.right)
    standard = right.standard_if_sensitive or right.standard
    if standard.declaration:
        return _(
            "I declare under penalty of perjury that I am the person whose personal information this request is about."
        )
    return _("I confirm that I am the person whose personal information this request is about.")
