"""Invitations: points for both at the newcomer's first visit, and no way round."""

import pytest

from rules.loyalty import jobs, points, referrals
from rules.loyalty.errors import InvitationCircle, InvitationUnknown, InvitedAlready, NotANewcomer, OwnInvitation
from rules.loyalty.models import Referral
from tests.people import a_beacon, a_resident
from tests.rules.loyalty.samples import at_once, visit

pytestmark = pytest.mark.django_db


def invite(inviter, newcomer):
    return referrals.accept(newcomer, referrals.code_of(inviter))


def points_of(resident):
    return points.held(resident.handle).points


@pytest.fixture
def anna():
    return a_resident()


def test_both_earn_when_the_newcomer_first_checks_in(anna):
    newcomer, beacon = a_resident(), a_beacon()
    invite(anna, newcomer)
    assert points_of(anna) == 0
    record = visit(newcomer, beacon)
    for _again in range(2):
        jobs.follow_check_in(check_in_id=record.pk)
    assert (points_of(anna), points_of(newcomer)) == (50, 10 + 25)


def test_the_code_stays_the_same_and_is_read_in_small_letters(anna):
    code = referrals.code_of(anna)
    assert referrals.code_of(anna) == code
    assert referrals.accept(a_resident(), f" {code.lower()} ").inviter == anna


def test_nobody_invites_himself(anna):
    with pytest.raises(OwnInvitation):
        invite(anna, anna)


def test_an_invented_code_is_unknown(anna):
    with pytest.raises(InvitationUnknown):
        referrals.accept(anna, "NOBODY")


def test_one_inviter_each(anna):
    newcomer = a_resident()
    invite(anna, newcomer)
    with pytest.raises(InvitedAlready):
        invite(a_resident(), newcomer)


def test_who_has_been_somewhere_is_no_newcomer(anna):
    guest = a_resident()
    visit(guest, a_beacon())
    with pytest.raises(NotANewcomer):
        invite(anna, guest)


def test_no_circle_over_any_number_of_steps(anna):
    second, third = a_resident(), a_resident()
    invite(anna, second)
    invite(second, third)
    with pytest.raises(InvitationCircle):
        invite(third, anna)


def test_the_inviter_earns_for_so_many_a_year_and_newcomers_always(anna, monkeypatch):
    monkeypatch.setattr(referrals, "PAID_A_YEAR_MAX", 2)
    beacon = a_beacon()
    for _number in range(3):
        newcomer = a_resident()
        invite(anna, newcomer)
        jobs.follow_check_in(check_in_id=visit(newcomer, beacon).pk)
        assert points_of(newcomer) == 35
    assert points_of(anna) == 2 * 50
    assert Referral.objects.filter(paid=True).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_each_other_at_once_make_no_circle(anna):
    bruno = a_resident()
    codes = [referrals.code_of(bruno), referrals.code_of(anna)]

    def accept(number):
        try:
            return bool(referrals.accept((anna, bruno)[number], codes[number]))
        except InvitationCircle:
            return False

    assert sorted(at_once(2, accept)) == [False, True]
