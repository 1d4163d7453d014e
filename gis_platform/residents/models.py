from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from layers.boundaries.queries import district_at


class Resident(models.Model):
    """A person whom the city knows. Others refer to the person by the handle, which tells nothing."""

    handle = models.UUIDField(_("handle"), default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="resident",
        verbose_name=_("account"),
    )
    given_name = models.CharField(_("given name"), max_length=150)
    family_name = models.CharField(_("family name"), max_length=150)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    home = models.PointField(_("home"), srid=4326, null=True, blank=True)
    home_district = models.CharField(
        _("district of the home"), max_length=40, blank=True, editable=False, help_text=_("Follows from the position.")
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=settings.LANGUAGES),
        default=list,
        blank=True,
        verbose_name=_("languages"),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        ordering = ["family_name", "given_name"]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        district = district_at(self.home) if self.home else None
        self.home_district = district.code if district else ""
        super().save(*args, **kwargs)


class Group(models.Model):
    """A classifier of residents: pupils, pensioners, large families. Its name says what nobody else may learn."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=200, blank=True)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("group of residents")
        verbose_name_plural = _("groups of residents")
        ordering = ["code"]

    def __str__(self) -> str:
        return text_of(self, "name") or self.code


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> Self:
        return self.filter(period__contains=day)


class Membership(models.Model):
    """Somebody is in a group for a time: from the first day up to, not including, the last; either may be open."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="memberships", verbose_name=_("resident"))
    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships", verbose_name=_("group"))
    period = DateRangeField(_("period"))
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("resident", RangeOperators.EQUAL),
                    ("group", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="membership_period_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.resident}: {self.group}"


class MeansQuerySet(models.QuerySet["Means"]):
    def usable(self, at: datetime) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), blocked_at=None)


class Means(models.Model):
    """Something by which a resident is recognised. Only a keyed hash of its token is kept."""

    class Kind(models.TextChoices):
        QR = "qr", _("QR code")
        NFC = "nfc", _("NFC tag")
        BANK_TOKEN = "bank_token", _("Bank card (token)")
        LIBRARY = "library", _("Library card")
        PRINTED = "printed", _("Printed code")
        PARTNER = "partner", _("Partner city's card")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="means", verbose_name=_("resident"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    token_hash = models.CharField(max_length=64, editable=False)
    label = models.CharField(_("label"), max_length=100, blank=True)
    issued_at = models.DateTimeField(_("issued"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    blocked_at = models.DateTimeField(_("blocked"), null=True, blank=True, editable=False)

    objects = MeansQuerySet.as_manager()

    class Meta:
        verbose_name = _("means of identification")
        verbose_name_plural = _("means of identification")
        ordering = ["-issued_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "token_hash"], name="means_token_unique"),
        ]
        indexes: ClassVar = [
            models.Index(F("expires_at"), condition=Q(blocked_at=None), name="means_expiring"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}".strip()
