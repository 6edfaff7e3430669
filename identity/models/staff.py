"""The people who answer: staff accounts and what each may do for which controller."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Role(models.TextChoices):
    """What a member of staff may be for one controller."""

    HANDLER = "handler", "Handler"
    PRIVACY_LEAD = "privacy_lead", "Privacy lead"
    COUNSEL = "counsel", "Counsel"
    AUDITOR = "auditor", "Auditor"


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

    USERNAME_FIELD = "email"
    objects = Users()

    def __str__(self) -> str:
        return self.name or f"Staff {self.pk}"

    @property
    def initials(self) -> str:
        """Two letters for a badge."""
        words = self.name.split() or ["?"]
        return "".join(word[0] for word in (words if len(words) == 1 else (words[0], words[-1]))).upper()


class Duty(models.Model):
    """This person holds this role for this controller."""

    user = models.ForeignKey(User, models.CASCADE, related_name="duties")
    controller = models.SlugField()
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "controller", "role"], name="one_duty_each")]
