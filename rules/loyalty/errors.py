"""What loyalty refuses, each with what would change it."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Conflict, NotFound


class PointsTooFew(Conflict):
    code = "points-too-few"
    title = _("You do not have enough points for this yet")


class RewardUnknown(NotFound):
    code = "reward-unknown"
    title = _("There is no such reward now")


class RewardGone(Conflict):
    code = "reward-gone"
    title = _("This reward is out of stock; choose another one")


class RewardTaken(Conflict):
    code = "reward-taken"
    title = _("You have had this reward as often as one person may")


class TierTooLow(Conflict):
    code = "tier-too-low"
    title = _("This reward is for a higher tier; earn more points to reach it")


class RewardCodeUnknown(NotFound):
    code = "reward-code-unknown"
    title = _("No reward has this code; check it letter by letter")


class RewardCodeUsed(Conflict):
    code = "reward-code-used"
    title = _("The reward of this code was handed out already")


class RewardCodeExpired(Conflict):
    code = "reward-code-expired"
    title = _("This code has expired; the resident may take another reward")


class RewardCodeReturned(Conflict):
    code = "reward-code-returned"
    title = _("The resident has given this reward back")


class RewardElsewhere(Conflict):
    code = "reward-elsewhere"
    title = _("Another merchant hands this reward out")


class InvitationUnknown(NotFound):
    code = "invitation-unknown"
    title = _("Nobody invites by this code; check it letter by letter")


class InvitedAlready(Conflict):
    code = "invited-already"
    title = _("You have named who invited you before; this happens once")


class OwnInvitation(Conflict):
    code = "own-invitation"
    title = _("This is your own code; give it to somebody else")


class InvitationCircle(Conflict):
    code = "invitation-circle"
    title = _("You have invited this person yourself, or somebody who did")


class NotANewcomer(Conflict):
    code = "not-a-newcomer"
    title = _("Invitations are for people who have not checked in anywhere yet")


class CheckInUnknown(NotFound):
    code = "check-in-unknown"
    title = _("There is no such check-in")


class CheckInDecided(Conflict):
    code = "check-in-decided"
    title = _("This check-in needs no further proof; scan the label again")


class CheckInTooOld(Conflict):
    code = "check-in-too-old"
    title = _("The check-in is too long ago; scan the label again and show the card at once")


class DeviceElsewhere(Conflict):
    code = "device-elsewhere"
    title = _("This reader stands at another place; show the card at the place of the check-in")
