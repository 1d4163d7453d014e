"""Visits of places, and what they earn."""

from rules.loyalty.models.check_ins import CELL_LENGTH, CheckIn, PlaceDay
from rules.loyalty.models.offers import Given, Offer
from rules.loyalty.models.points import PointLot, PointUse, Tier
from rules.loyalty.models.quests import Quest, QuestCompletion, QuestPlace
from rules.loyalty.models.referrals import Invitation, Referral
from rules.loyalty.models.rewards import Redemption, Reward
from rules.loyalty.models.tickets import (
    Admission,
    Quota,
    Tariff,
    Ticket,
    TicketOrder,
    TicketPayment,
    TicketSale,
    WaitingEntry,
)

__all__ = [
    "CELL_LENGTH",
    "Admission",
    "CheckIn",
    "Given",
    "Invitation",
    "Offer",
    "PlaceDay",
    "PointLot",
    "PointUse",
    "Quest",
    "QuestCompletion",
    "QuestPlace",
    "Quota",
    "Redemption",
    "Referral",
    "Reward",
    "Tariff",
    "Ticket",
    "TicketOrder",
    "TicketPayment",
    "TicketSale",
    "Tier",
    "WaitingEntry",
]
