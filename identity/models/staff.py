"""The people who answer: staff accounts, what each may do for which controller, and every change to either."""

from collections.abc import Iterator

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from identity.roles import Role


class Users(BaseUserManager):
    """Makes staff accounts; an address is stored in lower case because it is a login."""

    def create_user(self, email: str, password: str | None = None, name: str = "") -> "User":
        """One account; without a password nobody can sign in to it until one is set."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str) -> "User":
        """Look up by address, whatever its case."""
        return self.get(email=username.strip().lower())


class User(AbstractBaseUser):
    """One member of staff. Requesters have no row here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="en")
    joined_at = models.DateTimeField(auto_now_add=True)
    provider_subject = models.CharField(max_length=64, blank=True)
    """Keyed hash of who this is at the operator's identity provider; empty until the first sign-in there."""
    session_round = models.PositiveIntegerField(default=0)
    """Counted up to end every session at once."""

    USERNAME_FIELD = "email"
    objects = Users()
    duties_read: tuple[tuple[str, str], ...] | None = None
    """Controller and role of each duty, as they were when the session of this very page was checked; else ``None``."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_subject"],
                condition=~models.Q(provider_subject=""),
                name="one_account_per_provider_subject",
            )
        ]

    def __str__(self) -> str:
        return self.name or f"Staff {self.pk}"

    @property
    def initials(self) -> str:
        """Two letters for a badge."""
        words = self.name.split() or ["?"]
        return "".join(word[0] for word in (words if len(words) == 1 else (words[0], words[-1]))).upper()

    def get_session_auth_hash(self) -> str:
        """A session holds while password, roles and second factor are those it began with, however they change."""
        return self._standing(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under earlier keys of the installation, while one is being replaced."""
        return (self._standing(key) for key in settings.SECRET_KEY_FALLBACKS)

    def _standing(self, key: str) -> str:
        # Row numbers are never given twice, so what is taken away and given back is not the same again.
        nothing = (models.Value(""), models.Value(""))
        held = self.duties.values_list(models.Value("duty"), "pk", "controller", "role")
        factors = self.totpdevice_set.filter(confirmed=True).values_list(models.Value("totp"), "pk", *nothing)
        codes = self.staticdevice_set.filter(confirmed=True).values_list(
            models.Value("static"), "pk", *nothing
        )
        rows = sorted(held.union(factors, codes, all=True))
        duties = [tuple(row) for kind, *row in rows if kind == "duty"]
        self.duties_read = tuple((controller, role) for _pk, controller, role in duties)
        shown = [(kind, pk) for kind, pk, *_rest in rows if kind != "duty"]
        standing = repr((self.password, self.session_round, duties, shown))
        return salted_hmac("identity.session", standing, secret=key, algorithm="sha256").hexdigest()


class Duty(models.Model):
    """This person holds this role for this controller."""

    user = models.ForeignKey(User, models.CASCADE, related_name="duties")
    controller = models.SlugField()
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "controller", "role"], name="one_duty_each")]


class StaffChange(models.Model):
    """What changed about a member of staff, by whom: written once, for the auditor to read.

    People stand here by number, so that the row outlives an account. ``by`` is
    empty when the operator did it on the machine itself.
    """

    class What(models.TextChoices):
        """Each thing that can change."""

        HIRED = "hired"
        ROLE_GIVEN = "role_given"
        ROLE_TAKEN = "role_taken"
        INVITED = "invited"
        PASSWORD_SET = "password_set"  # noqa: S105
        FACTOR_ENROLLED = "factor_enrolled"
        FACTOR_RESET = "factor_reset"
        SESSIONS_ENDED = "sessions_ended"
        PROVIDER_BOUND = "provider_bound"
        CLOSED = "closed"
        REOPENED = "reopened"

    at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=20, choices=What)
    about = models.BigIntegerField()
    by = models.BigIntegerField(null=True)
    controller = models.SlugField(blank=True)
    """Where the change counts; empty when it counts wherever the person serves."""
    role = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["about", "-id"], name="staff_change_about")]
        triggers = [
            pgtrigger.Protect(
                name="staff_change_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="staff_change_is_never_truncated",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'pgtrigger: Cannot truncate the log of staff';",
            ),
        ]
