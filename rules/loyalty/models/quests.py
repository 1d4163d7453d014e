"""Tours of places that residents complete by checking in."""

from typing import ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gis_platform.residents.models import Resident
from layers.places.models import Place
from rules.ledger.models import Entry
from rules.loyalty.models.naming import Named
from rules.loyalty.models.rewards import Redemption, Reward


class Quest(Named):
    class Kind(models.TextChoices):
        ANY = "any", _("In any order")
        ORDER = "order", _("In the order of the list")
        ROUTE = "route", _("Along a route")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ENDED = "ended", _("Ended")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.ANY)
    needed = models.PositiveSmallIntegerField(_("places needed"), help_text=_("Any so many of the places chosen."))
    within_days = models.PositiveSmallIntegerField(
        _("within days"), null=True, blank=True, help_text=_("From the first stamp; empty: in the whole period.")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    points = models.PositiveIntegerField(_("points"), default=0)
    reward = models.ForeignKey(
        Reward, models.PROTECT, null=True, blank=True, related_name="quests", verbose_name=_("reward")
    )
    route = models.LineStringField(_("route"), srid=4326, null=True, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("quest")
        verbose_name_plural = _("quests")
        ordering = ["last_day", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(needed__gte=1), name="quest_needs_a_place"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="quest_days_in_order"),
            models.CheckConstraint(
                condition=Q(kind="route", route__isnull=False) | ~Q(kind="route") & Q(route=None),
                name="quest_along_a_route_has_one",
            ),
        ]


class QuestPlace(models.Model):
    """`position` counts from 1 in the order of the list, or along the route."""

    quest = models.ForeignKey(Quest, models.CASCADE, related_name="stages", verbose_name=_("quest"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="quest_places", verbose_name=_("place"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("place of a quest")
        verbose_name_plural = _("places of quests")
        ordering = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quest", "place"], name="quest_place_once"),
            models.UniqueConstraint(
                fields=["quest", "position"], name="quest_position_once", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.place}"


class QuestCompletion(models.Model):
    """A resident has done it. The stamps themselves are the check-ins; this one stays when those are forgotten."""

    quest = models.ForeignKey(Quest, models.PROTECT, related_name="completions", verbose_name=_("quest"))
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="quest_completions", verbose_name=_("resident"))
    at = models.DateTimeField(_("at"))
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+", verbose_name=_("ledger entry"))
    redemption = models.ForeignKey(
        Redemption, models.SET_NULL, null=True, related_name="+", verbose_name=_("redemption")
    )

    class Meta:
        verbose_name = _("completed quest")
        verbose_name_plural = _("completed quests")
        ordering = ["-at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["quest", "resident"], name="quest_completed_once")]

    def __str__(self) -> str:
        return f"{self.quest} {self.at:%Y-%m-%d}"
