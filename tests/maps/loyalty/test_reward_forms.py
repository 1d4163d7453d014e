"""Rewards and tiers by form."""

from datetime import timedelta

import pytest
from django.urls import reverse

from gis_platform.core import clock
from gis_platform.core.models import AuditEntry
from rules.loyalty import rewards
from rules.loyalty.models import Reward, Tier
from tests.maps.loyalty.test_loyalty_pages import page, post
from tests.people import a_resident, a_user
from tests.rules.loyalty.samples import a_reward, rich

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]


@pytest.fixture
def writer(client):
    user = a_user("tourism_editor")
    client.force_login(user)
    return user


def fields(**changes):
    today = clock.today()
    return {
        "stock_seen": 0, "price": 40, "stock": 12, "code_days": 30, "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=30)).isoformat(), "name_en": "Coffee", "code": "coffee",
    } | changes  # fmt: skip


def test_a_reward_is_written_listed_and_offered(client, writer):
    html = post(client, reverse("new-reward"), **fields()).content.decode()
    assert "Saved." in html
    reward = Reward.objects.get()
    assert (reward.name, reward.price, reward.stock) == ("Coffee", 40, 12)
    assert list(rewards.on_offer()) == [reward]
    assert "Coffee" in page(client, reverse("write-rewards"))
    assert AuditEntry.objects.get(action="loyalty.written").actor == writer.actor


def test_pieces_that_were_taken_while_the_form_was_open_do_not_come_back(client, writer):
    """12 shown, 2 taken, 20 written: 8 more than were shown, so 10 + 8 are left."""
    reward = a_reward(stock=12)
    for number in range(2):
        rewards.redeem(rich(a_resident()), reward.pk, key=f"k{number}")
    assert (
        post(client, reverse("write-reward", args=[reward.code]), **fields(stock_seen=12, stock=20)).status_code == 200
    )
    assert Reward.objects.get().stock == 18


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name_en": ""}, "Write the name in at least one language."),
        ({"last_day": "2020-01-01"}, "The last day is before the first."),
        ({"price": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"stock": "many"}, "Enter a whole number."),
        ({"code_days": "731"}, "code_days"),
        ({"code": "two words"}, "Enter a valid"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_saved(client, writer, changes, sentence):
    answer = post(client, reverse("new-reward"), **fields(**changes))
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Reward.objects.exists()


def test_a_tier_is_written_and_changed(client, writer):
    tier = {"points_min": 100, "discount_percent": 10, "name_en": "Friend", "code": "friend"}
    post(client, reverse("new-tier"), **tier)
    post(client, reverse("write-tier", args=["friend"]), **tier | {"discount_percent": 20})
    assert (Tier.objects.get().points_min, Tier.objects.get().discount_percent) == (100, 20)
    assert (
        post(client, reverse("new-tier"), **tier | {"code": "other"}).status_code == 400
    )  # no two begin at one number
    assert (
        post(
            client, reverse("new-tier"), **tier | {"code": "free", "points_min": 5, "discount_percent": 91}
        ).status_code
        == 400
    )


def test_owner_colleague_and_stranger(client, writer):
    a_reward()
    names = [("write-rewards", []), ("new-reward", []), ("write-reward", [Reward.objects.get().code]), ("new-tier", [])]
    for name, args in names:
        client.force_login(writer)
        page(client, reverse(name, args=args))
        client.force_login(a_user("clerk"))
        page(client, reverse(name, args=args), status=403)
        client.logout()
        assert client.get(reverse(name, args=args))["Location"].startswith("/sign-in/")
