"""What a person proves an account with besides a password. Of everything that opens a door only a hash is kept, or,
where the thing itself is needed, what it is when sealed."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_platform.core.sealing import SealedTextField
from gis_platform.identity.models.accounts import User

NAME_LENGTH_MAX = 60


class Passkey(models.Model):
    """A key of WebAuthn, on a device or a security token: the public half, so that nothing here is secret."""

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=NAME_LENGTH_MAX)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    credential = models.BinaryField()  # attested credential data, WebAuthn section 6.5.2
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.name


class AuthenticatorApp(models.Model):
    """A secret shared with an app that shows six digits (RFC 6238); `last_step` makes each of its codes good once."""

    user = models.OneToOneField(
        User, models.CASCADE, related_name="authenticator_app", primary_key=True, verbose_name=_("account")
    )
    secret = SealedTextField(purpose="authenticator app")
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """Opens the account once when app and passkeys are lost."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes", verbose_name=_("account"))
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(_("used"), null=True, editable=False)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_unique")]

    def __str__(self) -> str:
        return str(self.user)


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def usable(self, at: datetime) -> Self:
        return self.filter(used_at=None, expires_at__gt=at)


class SignInLink(models.Model):
    """A link sent by e-mail. Whom it lets in is decided when it is used, so making one tells nobody who is known."""

    token_hash = models.CharField(max_length=64, unique=True)
    browser_hash = models.CharField(max_length=64)
    email = models.EmailField(_("e-mail"))
    next_path = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"), db_index=True)
    used_at = models.DateTimeField(_("used"), null=True, editable=False)

    objects = SignInLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    def __str__(self) -> str:
        return f"{self.email} ({self.created_at:%Y-%m-%d %H:%M})"
