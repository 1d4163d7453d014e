"""Decisions and what they used up. A decision stays as it was made; only its status moves (by a trigger)."""

import secrets
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rules.benefits.models.programmes import Programme, ProgrammeVersion
from rules.ledger.models import Entry

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # what can be read aloud at a till: no 0/O, 1/I/L
CODE_LENGTH = 10


def new_code() -> str:
    """Random, so that it tells a merchant nothing, not even that two people have the same benefit."""
    number = secrets.randbelow(len(CODE_ALPHABET) ** CODE_LENGTH)
    return "".join(
        CODE_ALPHABET[number // len(CODE_ALPHABET) ** place % len(CODE_ALPHABET)] for place in range(CODE_LENGTH)
    )


class Decision(models.Model):
    """One answer: for whom (by handle), where, from which facts and versions, how much and why.

    Facts, lines, versions, remaining, withheld and counters are all that a replay needs, and its explanation.
    """

    class Status(models.TextChoices):
        RESERVED = "reserved", _("Reserved")
        COMMITTED = "committed", _("Committed")
        VOIDED = "voided", _("Voided")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.CharField(_("code"), max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    trigger = models.CharField(_("trigger"), max_length=60)
    resident = models.CharField(_("resident's handle"), max_length=100)
    place_id = models.BigIntegerField(_("place"), null=True)  # no foreign key: a place may go, its decisions stay
    terminal = models.CharField(_("terminal"), max_length=100, blank=True)
    merchant = models.CharField(_("merchant's account"), max_length=100, blank=True)
    decided_at = models.DateTimeField(_("decided"))
    day = models.DateField(_("local day"))
    facts = models.JSONField(_("facts"))
    lines = models.JSONField(_("lines"))
    versions = ArrayField(models.BigIntegerField(), verbose_name=_("versions asked"))
    remaining = models.JSONField(_("left of the caps before"))  # by "<programme>/<cap>"
    counters = models.JSONField(_("counted before"), default=dict)  # by "<programme>/<counter>"
    withheld = models.JSONField(_("programmes held back"))
    usage = models.JSONField(_("used of the caps"))  # a list of limits.Take
    vouchers = models.JSONField(_("vouchers"), default=list)
    reason = models.CharField(_("reason code"), max_length=60)
    discount_cents = models.BigIntegerField(_("discount, cents"))
    points = models.BigIntegerField(_("points"))
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, related_name="decision", verbose_name=_("ledger entry")
    )
    status = models.CharField(_("status"), max_length=9, choices=Status)
    status_at = models.DateTimeField(_("status since"))
    reserved_until = models.DateTimeField(_("reserved until"), null=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-decided_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="benefits_decision_gives_nothing_negative", condition=Q(discount_cents__gte=0, points__gte=0)
            ),
            models.CheckConstraint(
                name="benefits_decision_that_gives_is_booked",
                condition=Q(discount_cents=0, points=0) | ~Q(status="committed") | Q(entry__isnull=False),
            ),
            models.CheckConstraint(
                name="benefits_decision_reserved_has_a_time",
                condition=~Q(status="reserved") | Q(reserved_until__isnull=False, entry=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("resident"), F("trigger"), F("decided_at").desc(), name="benefits_decision_resident"),
            models.Index(fields=["place_id", "decided_at"], name="benefits_decision_place"),
            models.Index(fields=["reserved_until"], name="benefits_decision_reserved", condition=Q(status="reserved")),
        ]

    def __str__(self) -> str:
        return self.code


class Grant(models.Model):
    """What one rule of one version gave in a decision: cents off a line, or points. Only what came back changes."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="grants", verbose_name=_("decision"))
    version = models.ForeignKey(
        ProgrammeVersion, models.PROTECT, related_name="grants", verbose_name=_("version of a programme")
    )
    rule = models.CharField(_("rule"), max_length=60)
    line = models.CharField(_("line"), max_length=60, blank=True)
    funder = models.CharField(_("funder"), max_length=60)
    cents = models.BigIntegerField(_("cents"), default=0)
    points = models.BigIntegerField(_("points"), default=0)
    units = models.BigIntegerField(_("units"), default=0)
    returned_cents = models.BigIntegerField(_("returned, cents"), default=0)
    returned_points = models.BigIntegerField(_("returned points"), default=0)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="benefits_grant_gives_cents_or_points",
                condition=Q(cents__gt=0, points=0) | Q(cents=0, points__gt=0),
            ),
            models.CheckConstraint(
                name="benefits_grant_returns_no_more_than_it_gave",
                condition=Q(
                    returned_cents__gte=0,
                    returned_cents__lte=F("cents"),
                    returned_points__gte=0,
                    returned_points__lte=F("points"),
                ),
            ),
            models.UniqueConstraint(
                fields=["decision", "version", "rule", "line"], name="benefits_grant_is_one_a_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.rule} {self.line}"


class Return(models.Model):
    """Units of one line that were given back, and what that took back of the discount and the points."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="returns", verbose_name=_("decision"))
    line = models.CharField(_("line"), max_length=60)
    units = models.BigIntegerField(_("units"))
    cents = models.BigIntegerField(_("cents"))
    points = models.BigIntegerField(_("points"))
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="returns", verbose_name=_("ledger entry"))
    terminal = models.CharField(_("terminal"), max_length=100, blank=True)
    returned_at = models.DateTimeField(_("returned"))

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="benefits_return_is_of_something", condition=Q(units__gt=0, cents__gte=0, points__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.line} {self.units}"


class Usage(models.Model):
    """How much of a cap was used, or what a counter has, of one holder in one period.

    The holder is `resident:<handle>`, `household:<handle>`, `merchant:<code>` or `programme`. Periods begin on a local
    day. A counter with a window of minutes has one row: `since` is when the running window was opened.
    """

    holder = models.CharField(_("holder"), max_length=120)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("benefit programme"))
    code = models.CharField(_("cap or counter"), max_length=70)  # of a cap, or "counter.<code>"
    period_start = models.DateField(_("period from"))
    since = models.DateTimeField(_("window since"), null=True)
    used = models.BigIntegerField(_("used"))

    class Meta:
        verbose_name = _("use of a cap")
        verbose_name_plural = _("uses of caps")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["holder", "programme", "code", "period_start"], name="benefits_usage_is_one"
            ),
            models.CheckConstraint(name="benefits_usage_is_not_negative", condition=Q(used__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.period_start} {self.used}"
