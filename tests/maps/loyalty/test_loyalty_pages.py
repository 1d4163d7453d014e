"""Points, rewards and quests on the resident's pages; the desk, the quests' form and the labels of staff."""

import pytest
from django.urls import reverse

from layers.places.services import LabelRevoked, label_token, resolve
from rules.loyalty import jobs, points, rewards
from rules.loyalty.models import Quest, Redemption
from tests.people import LIBRARY, a_beacon, a_place, a_resident, a_user, north_of
from tests.rules.loyalty.samples import a_quest, a_reward, rich, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city_of_jelgava")]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def anna():
    return rich(a_resident())


def page(client, path, *, status=200, headers=ENGLISH):
    response = client.get(path, headers=headers)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def post(client, path, follow=True, **fields):
    return client.post(path, fields, follow=follow, headers=ENGLISH)


RESIDENTS, WRITERS, DESKS = ("rewards",), ("labels", "write-quests", "new-quest"), ("hand-out",)


@pytest.mark.parametrize(
    ("names", "owner", "colleague"),
    [(RESIDENTS, None, "planner"), (WRITERS, "tourism_editor", "clerk"), (DESKS, "clerk", "operator")],
)
def test_owner_colleague_and_stranger(client, anna, names, owner, colleague):
    for name in names:
        client.force_login(a_user(owner) if owner else anna.user)
        page(client, reverse(name))
        client.force_login(a_user(colleague))
        page(client, reverse(name), status=403)
        client.logout()
        assert client.get(reverse(name))["Location"].startswith("/sign-in/")


class TestRewards:
    def test_a_resident_takes_a_reward_and_sees_its_code(self, client, anna):
        client.force_login(anna.user)
        reward = a_reward()
        html = post(client, reverse("redeem", args=[reward.pk]), key="k").content.decode()
        code = Redemption.objects.get().code
        assert f"{code[:4]} {code[4:]}" in html
        assert '<p class="figure-number">50</p>' in html

    def test_sent_twice_it_is_taken_once(self, client, anna):
        client.force_login(anna.user)
        reward = a_reward()
        for _again in range(2):
            post(client, reverse("redeem", args=[reward.pk]), key="k")
        assert Redemption.objects.count() == 1

    def test_what_costs_too_much_says_how_much_is_missing(self, client, anna):
        client.force_login(anna.user)
        reward = a_reward(price=130)
        assert "30 points more" in page(client, reverse("rewards"))
        assert "not have enough points" in post(client, reverse("redeem", args=[reward.pk]), key="k").content.decode()

    def test_nobody_sees_or_gives_back_the_code_of_another(self, client, anna):
        code = rewards.redeem(anna, a_reward().pk, key="k").code
        client.force_login(a_resident().user)
        assert code[:4] not in page(client, reverse("rewards"))
        assert "No reward has this code" in post(client, reverse("reward-give-back"), code=code).content.decode()

    def test_an_invitation_is_named_once(self, client, anna):
        client.force_login(anna.user)
        code = page(client, reverse("rewards")).split('loyalty-spelt">')[1].split("<")[0]
        client.force_login(a_resident().user)
        assert "Both of you" in post(client, reverse("accept-invitation"), code=code).content.decode()
        assert "this happens once" in post(client, reverse("accept-invitation"), code=code).content.decode()

    def test_the_desk_hands_out_once(self, client, anna):
        code = rewards.redeem(anna, a_reward().pk, key="k").code
        client.force_login(a_user("clerk"))
        assert "Hand it over" in post(client, reverse("hand-out"), code=code).content.decode()
        again = post(client, reverse("hand-out"), code=code)
        assert (again.status_code, "Do not hand anything over" in again.content.decode()) == (409, True)


class TestQuests:
    def test_the_page_shows_what_is_done_and_what_is_next(self, client, anna):
        beacons = [
            a_beacon(a_place(name_en=name, geometry=north_of(LIBRARY, far))) for name, far in (("A", 0), ("B", 9))
        ]
        quest = a_quest(*(beacon.place for beacon in beacons))
        jobs.follow_check_in(check_in_id=visit(anna, beacons[0]).pk)
        client.force_login(anna.user)
        html = page(client, reverse("quest", args=[quest.code]))
        assert "1 of 2 places" in html
        assert html.index("quest-done") < html.index("quest-next")

    @pytest.mark.parametrize(("language", "name"), [("lv", "Pastaiga"), ("lt", "Pasivaikščiojimas"), ("en", "Walk")])
    def test_it_is_shown_in_the_readers_language_to_everybody(self, client, language, name):
        a_quest(a_place())
        assert name in page(client, reverse("quests"), headers={"Accept-Language": language})

    def test_a_draft_is_shown_to_nobody(self, client):
        quest = a_quest(a_place(), state="draft")
        page(client, reverse("quest", args=[quest.code]), status=404)


class TestWritingQuests:
    def fields(self, *places, **changes):
        values = {"name_en": "Walk", "code": "walk", "kind": "any", "needed": 1, "points": 10, "state": "published"}
        values |= {"first_day": "2026-05-01", "last_day": "2026-09-30"}
        return values | {"places": ",".join(str(place.pk) for place in places)} | changes

    def write(self, client, fields):
        client.force_login(a_user("tourism_editor"))
        return client.post(reverse("new-quest"), fields, headers=ENGLISH)

    def test_the_order_of_choosing_is_the_order_of_the_quest(self, client):
        first, second = a_place(), a_place()
        assert self.write(client, self.fields(second, first, kind="order")).status_code == 302
        assert [stage.place for stage in Quest.objects.get().stages.all()] == [second, first]

    def test_a_route_finds_the_places_along_it_in_its_order(self, client):
        far, near, aside = (a_place(geometry=north_of(LIBRARY, metres)) for metres in (900, 100, 3_000))
        end = north_of(LIBRARY, 1_000)
        line = f'{{"type": "LineString", "coordinates": [[{LIBRARY.x}, {LIBRARY.y}], [{end.x}, {end.y}]]}}'
        assert self.write(client, self.fields(kind="route", route_drawn=line)).status_code == 302
        assert [stage.place for stage in Quest.objects.get().stages.all()] == [near, far]
        assert aside.quest_places.count() == 0

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"needed": 2}, "There are only 1 places."),
            ({"places": ""}, "Choose the places in the list or on the map."),
            ({"places": "x,999999"}, "Choose the places in the list or on the map."),
            ({"last_day": "2026-04-01"}, "The last day is before the first."),
            ({"name_en": ""}, "Write the name in at least one language."),
            ({"kind": "route"}, "Draw the route on the map"),
            ({"kind": "route", "route_drawn": "{"}, "Draw the route as one line."),
        ],
    )
    def test_what_is_wrong_is_named(self, client, changes, sentence):
        response = self.write(client, self.fields(a_place(), **changes))
        assert response.status_code == 400
        assert sentence in response.content.decode()
        assert not Quest.objects.exists()


class TestLabels:
    @pytest.fixture
    def beacons(self, client):
        client.force_login(a_user("planner"))
        return [a_beacon(a_place(name_en=name, name_lv=name)) for name in ("Archive", "Tower")]

    def test_labels_are_found_by_their_place(self, client, beacons):
        html = page(client, reverse("labels") + "?words=tow")
        assert "Tower" in html
        assert "Archive" not in html

    def test_a_sheet_is_a_pdf_of_what_is_ticked(self, client, beacons):
        answer = post(client, reverse("labels-act"), act="sheet", format="small", beacon=[beacons[0].pk])
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")

    def test_new_codes_end_the_old_prints_of_all_that_was_found(self, client, beacons):
        tokens = [label_token(beacon) for beacon in beacons]
        html = post(client, reverse("labels-act"), act="rotate", everything="yes", words="archive").content.decode()
        assert "1 label has a new code" in html
        with pytest.raises(LabelRevoked):
            resolve(tokens[0])
        assert resolve(tokens[1]) == beacons[1]

    def test_a_revoked_label_counts_no_more(self, client, beacons):
        token = label_token(beacons[0])
        post(client, reverse("labels-act"), act="revoke", beacon=[beacons[0].pk])
        with pytest.raises(LabelRevoked):
            resolve(token)

    @pytest.mark.parametrize("fields", [{"act": "sheet"}, {"act": "rotate", "beacon": ["x"]}])
    def test_nothing_ticked_changes_nothing(self, client, beacons, fields):
        assert "Tick the labels first." in post(client, reverse("labels-act"), **fields).content.decode()
        assert resolve(label_token(beacons[0])) == beacons[0]

    def test_the_page_of_a_label_offers_its_files(self, client, beacons):
        html = page(client, reverse("label-page", args=[beacons[0].pk]))
        assert f"/api/v1/beacons/{beacons[0].pk}/label.ndef" in html


def test_points_on_the_page_equal_the_ledger(client, anna):
    client.force_login(anna.user)
    points.spend(anna.handle, 30, reference="redemption:0")
    assert '<p class="figure-number">70</p>' in page(client, reverse("rewards"))
