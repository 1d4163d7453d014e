from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from gis_platform.residents.models.evidence import RegisterAnswer
from gis_platform.residents.models.people import Resident


class Group(models.Model):
    """A classifier of residents: pupils, pensioners, large families. Its name says what nobody else may learn.

    Its members are listed, made by a rule, or vouched for by a register; whoever is listed stays beside the others.
    """

    class Made(models.TextChoices):
        LISTED = "listed", _("By list")
        RULE = "rule", _("By a rule")
        REGISTER = "register", _("By a register")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=200, blank=True)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    note = models.TextField(_("what it is for"), max_length=1000, blank=True)
    made = models.CharField(_("how it is made"), max_length=8, choices=Made, default=Made.LISTED)
    rule = models.JSONField(_("rule"), null=True, blank=True)  # CQL2 JSON over what `grouping.facts` names
    register = models.CharField(_("register"), max_length=40, blank=True)
    question = models.CharField(_("question"), max_length=60, blank=True)
    recomputed_at = models.DateTimeField(_("recomputed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("group of residents")
        verbose_name_plural = _("groups of residents")
        ordering = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(made="rule", rule__isnull=False) | ~Q(made="rule") & Q(rule__isnull=True),
                name="group_by_a_rule_has_one",
            ),
            models.CheckConstraint(
                condition=Q(made="register") & ~Q(register="") & ~Q(question="")
                | ~Q(made="register") & Q(register="", question=""),
                name="group_by_a_register_names_it",
            ),
        ]

    def __str__(self) -> str:
        return text_of(self, "name") or self.code


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> Self:
        return self.filter(period__contains=day)


class Membership(models.Model):
    """Somebody is in a group for a time: from the first day up to, not including, the last; either may be open."""

    class Source(models.TextChoices):
        LISTED = "listed", _("by hand")
        IMPORT = "import", _("by an imported list")
        RULE = "rule", _("by the group's rule")
        REGISTER = "register", _("by a register")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="memberships", verbose_name=_("resident"))
    group = models.ForeignKey(Group, models.PROTECT, related_name="memberships", verbose_name=_("group"))
    period = DateRangeField(_("period"))
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.LISTED, db_default="listed")
    answer = models.ForeignKey(
        RegisterAnswer, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("answer")
    )
    # The register did not answer: an older answer holds until the day before this one.
    grace_until = models.DateField(_("grace until"), null=True, blank=True)

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
            models.CheckConstraint(
                condition=~Q(source="register") | Q(answer__isnull=False),
                name="membership_by_a_register_has_its_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident}: {self.group}"
