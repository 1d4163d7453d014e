"""One person with two records, known by two ways of signing in: found, joined with consent, and parted again."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gis_platform.core import audit, clock
from gis_platform.core.actor import acting
from gis_platform.core.errors import Conflict
from gis_platform.identity.models import User
from gis_platform.identity.roles import is_staff_member
from gis_platform.residents import belongings
from gis_platform.residents.errors import JoinRefused
from gis_platform.residents.grouping.members import recompute_soon
from gis_platform.residents.models import Erasure, Join, Resident

UNDO_FOR = timedelta(days=30)
LIKELY_MAX = 5


class UndoTooLate(Conflict):
    code = "join-undo-too-late"
    title = gettext_lazy("These records were joined too long ago, or are parted already")


def likely_same(resident: Resident) -> list[Resident]:
    """Records that may be of the same person: the same personal code, or the same name and date of birth."""
    same = Q(personal_codes__code_hash__in=resident.personal_codes.values("code_hash"))
    if resident.birth_date is not None:
        same |= Q(
            given_name__iexact=resident.given_name,
            family_name__iexact=resident.family_name,
            birth_date=resident.birth_date,
        )
    gone = Join.objects.filter(undone_at=None).values("joined")
    return list(Resident.objects.filter(same).exclude(pk=resident.pk).exclude(pk__in=gone).distinct()[:LIKELY_MAX])


def account_of(email: str) -> User | None:
    """Who signs in by the address; somebody whose record was joined to another one signs in to that."""
    user = User.objects.filter(email__iexact=email).exclude(email="").first()
    if user is None or user.is_active:
        return user
    done = Join.objects.filter(joined__user=user, undone_at=None).select_related("kept__user").first()
    return done.kept.user if done else user


def join(kept: Resident, joined: Resident, *, actor: str) -> Join:
    """Hands what refers to `joined` over to `kept`; the account of `joined` goes to sleep. Raises JoinRefused.

    The caller has seen both ways of signing in, and the person's consent, in one browser.
    """
    with acting(actor, "records joined"):
        kept, joined = _locked(kept, joined)
        _require_free(kept, joined)
        moved = belongings.hand_over(kept, joined)
        email = _take_over_account(kept, joined)
        done = Join.objects.create(
            kept=kept, joined=joined, moved={**moved, "email": email}, undo_until=clock.now() + UNDO_FOR
        )
        recompute_soon()
        audit.record("residents.joined", f"resident:{kept.pk}", joined=joined.pk, join=done.pk)
    return done


def undo(done: Join, *, actor: str) -> None:
    """Gives everything back that changed hands, as far as it is still there. Raises UndoTooLate or JoinRefused."""
    with acting(actor, "records parted"):
        now = clock.now()
        if not Join.objects.filter(pk=done.pk, undone_at=None, undo_until__gt=now).update(undone_at=now):
            raise UndoTooLate
        kept, joined = _locked(done.kept, done.joined)
        if Join.objects.filter(joined=kept, undone_at=None).exists():
            raise JoinRefused(_("The card that was kept was joined to a third one since; part those two first"))
        belongings.give_back(kept, joined, done.moved)
        recompute_soon()
        _give_account_back(kept, joined, email=done.moved["email"])
        audit.record("residents.parted", f"resident:{kept.pk}", joined=joined.pk, join=done.pk)


def _require_free(kept: Resident, joined: Resident) -> None:
    gone = Join.objects.filter(joined__in=[kept, joined], undone_at=None).exists()
    if kept.pk == joined.pk or gone:
        raise JoinRefused(_("One of the two cards was joined to another one before"))
    if joined.user and is_staff_member(joined.user):
        raise JoinRefused(_("The second card is that of a member of staff, whose account stays open"))
    if Erasure.objects.filter(resident__in=[kept, joined], state=Erasure.State.ASKED).exists():
        raise JoinRefused(_("The erasure of one of the two cards was asked for; take that back first"))


def _locked(one: Resident, other: Resident) -> tuple[Resident, Resident]:
    """Both, locked in one order, so that two joins of the same two do not wait for each other."""
    both = Resident.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk]).order_by("pk")
    found = {each.pk: each for each in both}
    if len(found) < len({one.pk, other.pk}):
        raise JoinRefused
    return found[one.pk], found[other.pk]


def _take_over_account(kept: Resident, joined: Resident) -> str:
    """The e-mail address that went over, which signs in to the kept record from now on; "" for none."""
    if joined.user is None or kept.user is None:
        return ""
    email = joined.user.email if not kept.user.email else ""
    User.objects.filter(pk=joined.user.pk).update(is_active=False, **({"email": ""} if email else {}))
    if email:
        User.objects.filter(pk=kept.user.pk).update(email=email)
    return email


def _give_account_back(kept: Resident, joined: Resident, *, email: str) -> None:
    if email and kept.user:
        User.objects.filter(pk=kept.user.pk, email__iexact=email).update(email="")
    if joined.user:
        User.objects.filter(pk=joined.user.pk).update(is_active=True, **({"email": email} if email else {}))
