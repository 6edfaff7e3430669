"""Who is staff: each change to an account or a role takes effect at once, in every session, and is written down."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from identity.models import Duty, Role, StaffChange, User

What = StaffChange.What


class NotFitting(Exception):
    """Not permitted; ``reason`` is ``own_account``, ``reads_no_case``, ``serves_elsewhere`` or ``known_address``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def hire(email: str, name: str, *, by: User | None = None) -> User:
    """An account that nobody can sign in to yet; raises :class:`NotFitting` for an address that has one."""
    with transaction.atomic():
        if User.objects.filter(email=email.strip().lower()).exists():
            raise NotFitting("known_address")
        user = User.objects.create_user(email, None, name)
        _note(What.HIRED, user, by)
    return user


def of_controller(controller: str) -> QuerySet[User]:
    """Whoever serves the controller, or did."""
    known = StaffChange.objects.filter(controller=controller).values("about")
    serving = Duty.objects.filter(controller=controller).values("user")
    return User.objects.filter(Q(pk__in=serving) | Q(pk__in=known)).order_by("name", "pk")


def changes_of(controller: str) -> QuerySet[StaffChange]:
    """What changed about them, the latest first: here, or in an account as a whole."""
    about = of_controller(controller).order_by().values("pk")
    whole = Q(controller="", about__in=about)
    return StaffChange.objects.filter(Q(controller=controller) | whole).order_by("-pk")


def is_all_theirs(user: User, by: User) -> bool:
    """Whether ``by`` is administrator wherever this person serves, and so may change the account as a whole."""
    governed = set(Duty.objects.filter(user=by, role=Role.ADMINISTRATOR).values_list("controller", flat=True))
    return user.pk != by.pk and set(user.duties.values_list("controller", flat=True)) <= governed


def give(user: User, controller: str, role: str, *, by: User | None = None) -> None:
    """Give a role; an administrator's stands alone, because administrators read no case."""
    _not_oneself(user, by)
    with transaction.atomic():
        # Two roles given at the same moment are looked at one after the other.
        User.objects.select_for_update().get(pk=user.pk)
        held = set(Duty.objects.filter(user=user).values_list("role", flat=True))
        if held and (role == Role.ADMINISTRATOR) != (held == {Role.ADMINISTRATOR}):
            raise NotFitting("reads_no_case")
        _duty, new = Duty.objects.get_or_create(user=user, controller=controller, role=role)
        if new:
            _note(What.ROLE_GIVEN, user, by, controller, role)


def take(user: User, controller: str, role: str, *, by: User | None = None) -> None:
    """Take a role away."""
    _not_oneself(user, by)
    with transaction.atomic():
        if Duty.objects.filter(user=user, controller=controller, role=role).delete()[0]:
            _note(What.ROLE_TAKEN, user, by, controller, role)


def set_password(user: User, password: str, *, by: User | None) -> None:
    """A new password, judged by the caller; every session ends."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        _note(What.PASSWORD_SET, user, by)


def invited(user: User, *, by: User) -> None:
    """A link to set a password is sent to the person's own address."""
    _whole_account(user, by)
    _note(What.INVITED, user, by)


def end_sessions(user: User, *, by: User | None = None) -> None:
    """Sign the person out everywhere."""
    _whole_account(user, by)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
        _note(What.SESSIONS_ENDED, user, by)


def enrolled(user: User) -> None:
    """The person set up a second factor."""
    _note(What.FACTOR_ENROLLED, user, user)


def reset_factor(user: User, *, by: User | None = None) -> None:
    """Forget authenticator and recovery codes; the next sign-in enrols anew."""
    _whole_account(user, by)
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        _note(What.FACTOR_RESET, user, by)


def bind(user: User, subject: str) -> None:
    """From now on the person is known at the identity provider by this keyed hash, not by the address."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(provider_subject=subject)
        _note(What.PROVIDER_BOUND, user, user)


def close(user: User, *, by: User | None = None) -> None:
    """Nobody signs in to this account any more; what the person did stays theirs."""
    _whole_account(user, by)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False, session_round=F("session_round") + 1)
        _note(What.CLOSED, user, by)


def reopen(user: User, *, by: User | None = None) -> None:
    """The account may be used again, with the roles it still has."""
    _whole_account(user, by)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        _note(What.REOPENED, user, by)


def _not_oneself(user: User, by: User | None) -> None:
    if by is not None and by.pk == user.pk:
        raise NotFitting("own_account")


def _whole_account(user: User, by: User | None) -> None:
    _not_oneself(user, by)
    if by is not None and not is_all_theirs(user, by):
        raise NotFitting("serves_elsewhere")


def _note(what: str, user: User, by: User | None, controller: str = "", role: str = "") -> None:
    StaffChange.objects.create(
        what=what, about=user.pk, by=by.pk if by else None, controller=controller, role=role
    )
