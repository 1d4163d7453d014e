"""Visits of places, and what they earn."""

from rules.loyalty.models.check_ins import CELL_LENGTH, CheckIn, PlaceDay
from rules.loyalty.models.points import PointLot, PointUse, Tier
from rules.loyalty.models.quests import Quest, QuestCompletion, QuestPlace
from rules.loyalty.models.referrals import Invitation, Referral
from rules.loyalty.models.rewards import Redemption, Reward

__all__ = [
    "CELL_LENGTH",
    "CheckIn",
    "Invitation",
    "PlaceDay",
    "PointLot",
    "PointUse",
    "Quest",
    "QuestCompletion",
    "QuestPlace",
    "Redemption",
    "Referral",
    "Reward",
    "Tier",
]
