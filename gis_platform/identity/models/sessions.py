from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_platform.identity.models.accounts import User


class OpenSession(models.Model):
    """Where somebody is signed in: Django's sessions do not say whose they are."""

    class Way(models.TextChoices):
        PASSWORD = "password", _("Password")
        PASSKEY = "passkey", _("Passkey")
        EMAIL = "email", _("Link by e-mail")
        PROVIDER = "provider", _("Another site's account")

    user = models.ForeignKey(User, models.CASCADE, related_name="open_sessions", verbose_name=_("account"))
    session_key = models.CharField(max_length=40, unique=True)
    way = models.CharField(_("signed in by"), max_length=10, choices=Way)
    device = models.CharField(_("device"), max_length=100, blank=True)
    signed_in_at = models.DateTimeField(_("signed in"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-signed_in_at"]

    def __str__(self) -> str:
        return f"{self.user}: {self.device}"
