"""Rewards: points, stock and code together, for as many people as there are pieces."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models import F

from gis_platform.core import clock
from gis_platform.core.errors import CityError
from rules.loyalty import points, rewards
from rules.loyalty.errors import (
    PointsTooFew,
    RewardCodeExpired,
    RewardCodeReturned,
    RewardCodeUnknown,
    RewardCodeUsed,
    RewardElsewhere,
    RewardGone,
    RewardTaken,
    RewardUnknown,
    TierTooLow,
)
from rules.loyalty.models import Redemption, Reward, Tier
from rules.loyalty.tiers import earned, next_tier, tier_of
from tests.people import a_resident
from tests.rules.ledger.bookings import a_merchant
from tests.rules.loyalty.samples import a_reward, at_once, rich

PEOPLE, PIECES = 200, 37


@pytest.fixture
def anna():
    return rich(a_resident())


def points_of(resident):
    return points.held(resident.handle).points


@pytest.mark.django_db
class TestTaking:
    def test_points_stock_and_code_move_together(self, anna):
        reward = a_reward()
        redemption = rewards.redeem(anna, reward.pk, key="k1")
        reward.refresh_from_db()
        assert (points_of(anna), reward.stock, redemption.state) == (50, 4, "given")
        assert len(redemption.code) == 8
        assert set(redemption.code) <= set(rewards.ALPHABET)

    def test_the_same_key_gives_the_same_code(self, anna):
        reward = a_reward()
        assert rewards.redeem(anna, reward.pk, key="k1") == rewards.redeem(anna, reward.pk, key="k1")
        assert points_of(anna) == 50

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"price": 101}, PointsTooFew),
            ({"stock": 0}, RewardGone),
            ({"per_person": 0}, RewardTaken),
            ({"first_day": clock.today() + timedelta(days=2)}, RewardUnknown),
        ],
    )
    def test_a_refusal_takes_nothing(self, anna, fields, refusal):
        reward = a_reward(**fields)
        with pytest.raises(refusal):
            rewards.redeem(anna, reward.pk, key="k1")
        assert (points_of(anna), Redemption.objects.count(), Reward.objects.get().stock) == (100, 0, reward.stock)

    def test_a_tier_makes_rewards_cheaper_and_opens_others(self, anna):
        gold = Tier.objects.create(code="gold", name_en="Gold", points_min=120, discount_percent=10)
        reward = a_reward(price=55, tier=gold)
        with pytest.raises(TierTooLow):
            rewards.redeem(anna, reward.pk, key="k1")
        assert next_tier(anna.handle) == gold
        rich(anna, 20)
        assert tier_of(anna.handle) == gold
        # 55 less 10 % is 49.5 points, rounded up.
        assert rewards.redeem(anna, reward.pk, key="k2").points == 50

    def test_spending_costs_no_tier_and_returns_do(self, anna):
        rewards.redeem(anna, a_reward().pk, key="k1")
        assert earned(anna.handle) == 100
        points.take_back(anna.handle, 30, kind="return", reference="decision:1")
        assert earned(anna.handle) == 70
        with clock.frozen(clock.now() + timedelta(days=366)):
            assert earned(anna.handle) == 0


@pytest.mark.django_db
class TestCodes:
    @pytest.fixture
    def code(self, anna):
        return rewards.redeem(anna, a_reward().pk, key="k1").code

    def test_a_till_hands_it_out_once(self, code):
        typed = f"{code[:4]}-{code[4:]}".lower()
        assert rewards.use(typed, actor="device:1").state == "used"
        with pytest.raises(RewardCodeUsed):
            rewards.use(code, actor="device:1")

    def test_another_merchant_does_not(self, anna):
        cafe, shop = a_merchant(), a_merchant()
        code = rewards.redeem(anna, a_reward(merchant=cafe).pk, key="k1").code
        with pytest.raises(RewardElsewhere):
            rewards.use(code, actor="device:1", merchant=shop.pk)
        assert rewards.use(code, actor="device:2", merchant=cafe.pk).used_by == "device:2"

    def test_an_invented_code_is_unknown(self, code):
        with pytest.raises(RewardCodeUnknown):
            rewards.use("AAAA2222", actor="device:1")

    def test_what_is_given_back_is_there_again(self, anna, code):
        rewards.cancel(anna, code)
        assert (points_of(anna), Reward.objects.get().stock) == (100, 5)
        with pytest.raises(RewardCodeReturned):
            rewards.use(code, actor="device:1")
        with pytest.raises(RewardCodeReturned):
            rewards.cancel(anna, code)

    def test_nobody_gives_back_what_is_somebody_else_s(self, code):
        with pytest.raises(RewardCodeUnknown):
            rewards.cancel(a_resident(), code)

    def test_a_code_that_was_not_used_goes_back_into_stock_once(self, anna, code):
        with clock.frozen(clock.now() + timedelta(days=31)):
            with pytest.raises(RewardCodeExpired):
                rewards.use(code, actor="device:1")
            assert rewards.expire_due() == 1
            assert rewards.expire_due() == 0
        assert (points_of(anna), Reward.objects.get().stock) == (50, 5)


def crowd(reward, people):
    """How many of the crowd got a piece."""
    residents = [rich(a_resident(user=None)) for _n in range(people)]

    def take(number):
        try:
            return bool(rewards.redeem(residents[number], reward.pk, key="k"))
        except CityError:
            return False

    return sum(at_once(people, take)), residents


@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_people_thirty_seven_get_the_thirty_seven_pieces():
    reward = a_reward(stock=PIECES)
    got, residents = crowd(reward, PEOPLE)
    reward.refresh_from_db()
    assert (got, reward.stock, Redemption.objects.count()) == (PIECES, 0, PIECES)
    assert sum(points_of(resident) for resident in residents) == PEOPLE * 100 - PIECES * 50


@pytest.mark.django_db(transaction=True)
def test_the_check_above_would_notice_a_stock_that_is_read_first(monkeypatch):
    together = threading.Barrier(4)

    def look_then_take(reward):
        there = Reward.objects.get(pk=reward.pk).stock
        together.wait(timeout=20)
        return there > 0 and bool(Reward.objects.filter(pk=reward.pk).update(stock=F("stock") + 0))

    monkeypatch.setattr(rewards, "_take_stock", look_then_take)
    got, _residents = crowd(a_reward(stock=1), 4)
    assert got == 4


def end_connection(_reward):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.django_db(transaction=True)
class TestAWorkerThatDies:
    def die(self, resident, reward, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(rewards, "_take_stock", end_connection)
            with pytest.raises(OperationalError):
                rewards.redeem(resident, reward.pk, key="k1")
        connection.close()

    def test_loses_nothing_and_doubles_nothing(self, monkeypatch):
        anna, reward = rich(a_resident()), a_reward(stock=1)
        self.die(anna, reward, monkeypatch)
        assert (points_of(anna), Redemption.objects.count(), Reward.objects.get().stock) == (100, 0, 1)
        rewards.redeem(anna, reward.pk, key="k1")
        assert (points_of(anna), Redemption.objects.count(), Reward.objects.get().stock) == (50, 1, 0)

    def test_the_check_above_would_notice_points_spent_apart(self, monkeypatch):
        # The broken twin: the spending commits by itself, in a connection of its own.
        anna, reward, spend = rich(a_resident()), a_reward(stock=1), points.spend

        def apart(*args, **kwargs):
            def run():
                spend(*args, **kwargs)
                connection.close()

            thread = threading.Thread(target=run)
            thread.start()
            thread.join()

        monkeypatch.setattr(points, "spend", apart)
        self.die(anna, reward, monkeypatch)
        assert (points_of(anna), Redemption.objects.count()) == (50, 0)
