"""Tickets of events: tariffs that share capacities, orders that hold seats for a while, and who was let in."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gis_platform.core.languages import text_of
from gis_platform.devices.models import Device
from gis_platform.residents.models import Group
from layers.events.models import Event

HOLDER_LENGTH = 60  # "resident:<handle>" or "user:<id>"
CODE_LENGTH = 10  # of an order: the first digits of its id


class TicketSale(models.Model):
    """An event that sells tickets, or gives them away. Its row is the lock of all bookings of the event."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="ticket_sale", verbose_name=_("event"))
    opens_at = models.DateTimeField(_("sale opens"))
    closes_at = models.DateTimeField(_("sale closes"))
    doors_at = models.DateTimeField(_("doors open"))
    refunds_until = models.DateTimeField(_("refunds until"), null=True, blank=True)
    hold_minutes = models.PositiveSmallIntegerField(_("minutes to pay"), default=15)
    order_tickets_max = models.PositiveSmallIntegerField(_("tickets an order, at most"), default=10)
    doors = models.ManyToManyField(Device, related_name="ticket_sales", blank=True, verbose_name=_("doors"))

    class Meta:
        verbose_name = _("ticket sale")
        verbose_name_plural = _("ticket sales")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="ticket_sale_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(hold_minutes__range=(1, 1440)), name="ticket_sale_hold_range"),
            models.CheckConstraint(condition=Q(order_tickets_max__range=(1, 100)), name="ticket_sale_order_range"),
        ]

    def __str__(self) -> str:
        return str(self.event)


class Quota(models.Model):
    """So many seats. `taken` counts those that are held or sold; only sql/functions/loyalty_*.sql move it."""

    sale = models.ForeignKey(TicketSale, models.CASCADE, related_name="quotas", verbose_name=_("ticket sale"))
    name = models.CharField(_("name"), max_length=100)
    capacity = models.PositiveIntegerField(_("capacity"))
    taken = models.PositiveIntegerField(_("taken"), default=0, editable=False)

    class Meta:
        verbose_name = _("capacity")
        verbose_name_plural = _("capacities")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sale", "name"], name="ticket_quota_name_unique"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="ticket_quota_is_never_oversold"),
        ]

    def __str__(self) -> str:
        return self.name


class Tariff(models.Model):
    """For whom a ticket is, what it costs, how many people it lets in, and out of which capacities, all of them."""

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        RESIDENTS = "residents", _("Residents of the city")
        GROUP = "group", _("A group of residents")

    sale = models.ForeignKey(TicketSale, models.CASCADE, related_name="tariffs", verbose_name=_("ticket sale"))
    code = models.SlugField(_("code"), max_length=40)
    name_lv = models.CharField(_("name in Latvian"), max_length=100, blank=True)
    name_lt = models.CharField(_("name in Lithuanian"), max_length=100, blank=True)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    price_cents = models.PositiveIntegerField(_("price, cents"))
    seats = models.PositiveSmallIntegerField(_("people on one ticket"), default=1)
    audience = models.CharField(_("for whom"), max_length=10, choices=Audience, default=Audience.EVERYONE)
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, verbose_name=_("group"))
    per_person_max = models.PositiveSmallIntegerField(_("tickets a person, at most"), null=True, blank=True)
    opens_at = models.DateTimeField(_("sold from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("sold until"), null=True, blank=True)
    quotas = models.ManyToManyField(Quota, related_name="tariffs", verbose_name=_("capacities"))

    class Meta:
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sale", "code"], name="ticket_tariff_code_unique"),
            models.CheckConstraint(condition=Q(seats__range=(1, 20)), name="ticket_tariff_seats_range"),
            models.CheckConstraint(
                condition=Q(audience="group", group__isnull=False) | ~Q(audience="group") & Q(group__isnull=True),
                name="ticket_tariff_names_its_group",
            ),
        ]

    def __str__(self) -> str:
        return text_of(self, "name") or self.code


class TicketOrder(models.Model):
    """Tickets that one person ordered together. `holder` says whose in letters that tell nothing to others."""

    class State(models.TextChoices):
        HELD = "held", _("Waiting for payment")
        CONFIRMED = "confirmed", _("Confirmed")
        EXPIRED = "expired", _("Not paid in time")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sale = models.ForeignKey(TicketSale, models.PROTECT, related_name="orders", verbose_name=_("ticket sale"))
    holder = models.CharField(_("holder"), max_length=HOLDER_LENGTH)
    sold_by = models.ForeignKey(Device, models.PROTECT, null=True, blank=True, verbose_name=_("till"))
    state = models.CharField(_("state"), max_length=10, choices=State)
    total_cents = models.PositiveIntegerField(_("total, cents"))
    placed_at = models.DateTimeField(_("ordered"))
    held_until = models.DateTimeField(_("held until"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("ticket order")
        verbose_name_plural = _("ticket orders")
        ordering: ClassVar = ["-placed_at"]
        indexes: ClassVar = [
            models.Index(fields=["held_until"], condition=Q(state="held"), name="ticket_order_held"),
            models.Index(fields=["holder", "sale"], name="ticket_order_holder"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """What people say on the telephone."""
        return self.id.hex[:CODE_LENGTH].upper()


class Ticket(models.Model):
    """Lets `seats` people in, once. What it cost is kept, since a tariff may change its price later."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    order = models.ForeignKey(TicketOrder, models.PROTECT, related_name="tickets", verbose_name=_("ticket order"))
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="tickets", verbose_name=_("tariff"))
    seats = models.PositiveSmallIntegerField(_("people on one ticket"))
    price_cents = models.PositiveIntegerField(_("price, cents"))
    refunded_at = models.DateTimeField(_("given back"), null=True)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")

    def __str__(self) -> str:
        return f"{self.order.code} {self.tariff}"


class Admission(models.Model):
    """A ticket at a door. The first opens it; a later one is kept only where two doors without a network both did."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="admissions", verbose_name=_("ticket"))
    door = models.CharField(_("door"), max_length=100)  # an actor: "device:7" or "user:5"
    at = models.DateTimeField(_("at"))  # by the door's clock where it had no network
    key = models.CharField(max_length=200, blank=True)  # the door's own number of a scan without a network
    is_first = models.BooleanField(_("let in"), default=True)

    class Meta:
        verbose_name = _("admission")
        verbose_name_plural = _("admissions")
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(is_first=True), name="ticket_opens_one_door_once"),
            models.UniqueConstraint(fields=["door", "key"], condition=~Q(key=""), name="ticket_scan_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.at:%H:%M}"


class TicketPayment(models.Model):
    """What the payment provider was asked for an order, and what it said."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PAID = "paid", _("paid")
        FAILED = "failed", _("failed")

    order = models.OneToOneField(TicketOrder, models.PROTECT, related_name="payment", verbose_name=_("ticket order"))
    provider = models.CharField(_("provider"), max_length=40)
    reference = models.CharField(_("reference"), max_length=100, unique=True)
    cents = models.PositiveIntegerField(_("cents"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    refunded_cents = models.PositiveIntegerField(_("given back, cents"), default=0)

    class Meta:
        verbose_name = _("payment of tickets")
        verbose_name_plural = _("payments of tickets")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(refunded_cents__lte=F("cents")), name="ticket_payment_refund_at_most"),
        ]

    def __str__(self) -> str:
        return self.reference


class WaitingEntry(models.Model):
    """Somebody wants tickets that are sold out. Seats that come back are held for the longest waiting whom they fit."""

    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="waiting", verbose_name=_("tariff"))
    holder = models.CharField(_("holder"), max_length=HOLDER_LENGTH)
    count = models.PositiveSmallIntegerField(_("tickets"))
    asked_at = models.DateTimeField(_("asked"))
    order = models.OneToOneField(
        TicketOrder, models.SET_NULL, null=True, blank=True, related_name="waited", verbose_name=_("ticket order")
    )

    class Meta:
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("waiting list")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tariff", "holder"], condition=Q(order=None), name="ticket_waiting_once_a_tariff"
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="ticket_waiting_for_something"),
        ]

    def __str__(self) -> str:
        return f"{self.tariff} × {self.count}"
