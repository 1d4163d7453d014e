from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of


def city_language() -> str:
    # A function, so that the migration is the same in every city.
    return settings.CITY.language


class Department(models.Model):
    """A department of the city, which reports and programmes are routed to."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=200, blank=True)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return text_of(self, "name") or self.code


class User(AbstractUser):
    """An account of a person: of staff, or of a resident."""

    display_name = models.CharField(_("display name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default=city_language)
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("department")
    )

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_unique"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.get_full_name() or self.username

    @cached_property
    def role_names(self) -> frozenset[str]:
        """Names of the groups, read once for each loaded account."""
        return frozenset(self.groups.values_list("name", flat=True))

    @cached_property
    def row_rules(self) -> tuple["RowRule", ...]:
        """The rules of the account's roles, read once for each loaded account."""
        return tuple(RowRule.objects.filter(role__in=self.role_names)) if self.role_names else ()

    @property
    def actor(self) -> str:
        """How history and audit log name the account."""
        return f"user:{self.pk}"


class ApiKey(models.Model):
    """A key with which a program acts for a member of staff. Only its hash is kept; the key is shown once."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys", verbose_name=_("account"))
    label = models.CharField(_("label"), max_length=100)
    prefix = models.CharField(_("prefix"), max_length=8, unique=True, editable=False)
    key_hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("scopes"))
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"


class RowRule(models.Model):
    """With which features of a layer a role may do something: a CQL2 condition. Services: `layer_access`."""

    class Action(models.TextChoices):
        READ = "read", _("Read")
        CREATE = "create", _("Add")
        UPDATE = "update", _("Change")
        DELETE = "delete", _("Delete")

    layer = models.CharField(_("layer"), max_length=60)
    role = models.CharField(_("role"), max_length=150)  # the name of a group
    action = models.CharField(_("action"), max_length=6, choices=Action)
    condition = models.TextField(
        _("condition"), max_length=20_000, help_text=_("CQL2 text, for example: category = 'museum'")
    )

    class Meta:
        verbose_name = _("row rule")
        verbose_name_plural = _("row rules")
        ordering = ["layer", "role", "action"]
        constraints = [models.UniqueConstraint(fields=["layer", "role", "action"], name="row_rule_one_a_role")]

    def __str__(self) -> str:
        return f"{self.layer}, {self.role}: {self.get_action_display()}"
