"""Pages of groups: listed, searched, sorted, given out; a form that says beforehand what changes; lists."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from gis_platform.residents.lists import services
from gis_platform.residents.models import Group, GroupImport, Membership
from tests.people import a_resident, a_user

pytestmark = pytest.mark.django_db

OLD = {"op": ">=", "args": [{"property": "age"}, 65]}


@pytest.fixture(autouse=True)
def clerk(client):
    user = a_user("clerk", is_staff=True)
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return user


@pytest.fixture
def choir():
    return Group.objects.create(code="choir", name_en="Choir")


@pytest.fixture
def pensioner():
    return a_resident(birth_date=date(1940, 1, 1))


def codes(answer):
    return [one.code for one in answer.context["page"]]


class TestTheList:
    @pytest.fixture(autouse=True)
    def three(self, choir, pensioner):
        Group.objects.create(code="old", name_en="Old people", made="rule", rule=OLD)
        Group.objects.create(code="axe", name_en="Woodcutters")
        Membership.objects.create(resident=pensioner, group=choir, period=DateRange(date(2026, 1, 1), None))

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["axe", "choir", "old"]),
            ({"q": "wood"}, ["axe"]),
            ({"made": "rule"}, ["old"]),
            ({"sort": "name"}, ["choir", "old", "axe"]),
            ({"sort": "-members"}, ["choir", "axe", "old"]),
            ({"sort": "password"}, ["axe", "choir", "old"]),
            ({"q": "nothing"}, []),
        ],
    )
    def test_it_is_searched_filtered_and_sorted(self, client, query, found):
        assert codes(client.get(reverse("groups"), query)) == found

    def test_it_is_given_out_as_a_table(self, client):
        lines = client.get(reverse("groups"), {"form": "csv", "q": "choir"}).content.decode("utf-8-sig").splitlines()
        assert lines == ["code,name_lv,name_lt,name_en,made,members", "choir,,,Choir,listed,1"]

    def test_pages_hold_25(self, client):
        Group.objects.bulk_create([Group(code=f"g{number}") for number in range(30)])
        assert [len(codes(client.get(reverse("groups"), {"page": page}))) for page in (1, 2)] == [25, 8]


class TestTheForm:
    def save(self, client, **fields):
        values = {"code": "seniors", "name_en": "Seniors", "made": "rule", "act": "save"}
        return client.post(reverse("group-new"), values | fields)

    def test_a_rule_of_parts_makes_members_at_once(self, client, pensioner):
        a_resident(birth_date=date(2015, 1, 1))
        assert self.save(client, age_from="65").status_code == 302
        group = Group.objects.get()
        assert group.rule == OLD
        assert list(group.memberships.values_list("resident", flat=True)) == [pensioner.pk]

    def test_the_preview_says_who_would_join_and_writes_nothing(self, client, pensioner):
        answer = self.save(client, age_from="65", act="preview")
        assert "1 person joins" in answer.content.decode()
        assert not Group.objects.exists()

    def test_a_rule_in_text_is_kept_and_shown_again(self, client):
        self.save(client, rule_text="age >= 65 OR district = 'centre'")
        text = client.get(reverse("group-edit", args=["seniors"])).content.decode()
        assert "centre" in text
        assert "age &gt;= 65" in text

    def test_parts_are_shown_again_as_parts(self, client):
        self.save(client, age_from="65", zone="district/centre")
        initial = client.get(reverse("group-edit", args=["seniors"])).context["form"].initial
        assert (initial["age_from"], initial["zone"]) == (65, "district/centre")

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"rule_text": "shoe > 4"},
            {"age_from": "old"},
            {"age_from": "65", "name_en": ""},
            {"made": "register"},
            {"made": "magic"},
            {"age_from": "65", "code": "no code"},
        ],
    )
    def test_what_cannot_stand_is_shown_again_with_its_reason(self, client, fields):
        answer = self.save(client, **fields)
        assert answer.status_code == 400
        assert "field-error" in answer.content.decode()
        assert not Group.objects.exists()

    def test_a_group_by_a_register_names_the_question(self, client):
        self.save(client, made="register", asked="disability/disability")
        assert (Group.objects.get().register, Group.objects.get().question) == ("disability", "disability")


class TestOneGroup:
    def test_its_members_are_told_that_they_were_looked_at(self, client, choir, pensioner):
        Membership.objects.create(resident=pensioner, group=choir, period=DateRange(date(2026, 1, 1), None))
        assert "Bērziņa" in client.get(reverse("group", args=["choir"])).content.decode()
        assert pensioner.looks.get().what == "groups"

    def test_its_members_are_given_out_without_formulas(self, client, choir):
        evil = a_resident(given_name="=cmd()")
        Membership.objects.create(resident=evil, group=choir, period=DateRange(date(2026, 1, 1), None))
        text = client.get(reverse("group-export", args=["choir"])).content.decode("utf-8-sig")
        assert "'=cmd()" in text

    def test_recomputing_brings_it_in_line(self, client, pensioner):
        Group.objects.create(code="old", name_en="Old people", made="rule", rule=OLD)
        client.post(reverse("group-recompute", args=["old"]))
        assert Membership.objects.get().resident == pensioner


class TestAList:
    def upload(self, client, content=b"handle\n", **fields):
        file = SimpleUploadedFile("list.csv", content)
        return client.post(reverse("group-upload", args=["choir"]), {"file": file, "mode": "add"} | fields)

    def test_it_is_previewed_applied_and_undone(self, client, choir, pensioner):
        path = self.upload(client, f"handle\n{pensioner.handle}\nnobody\n".encode())["Location"]
        run = GroupImport.objects.get()
        assert "refresh" in client.get(path).content.decode()
        services.preview(run)
        text = client.get(path).content.decode()
        assert "No resident is known by this" in text
        assert "refresh" not in text
        client.post(f"{path}act/", {"act": "apply"})
        run.refresh_from_db()
        services.apply(run)
        assert Membership.objects.count() == 1
        client.post(f"{path}act/", {"act": "undo"})
        assert Membership.objects.count() == 0
        assert client.post(f"{path}act/", {"act": "undo"}).status_code == 409

    def test_rejected_rows_are_given_out(self, client, choir):
        path = self.upload(client, b"handle\nnobody\n")["Location"]
        services.preview(GroupImport.objects.get())
        lines = client.get(path, {"form": "csv"}).content.decode("utf-8-sig").splitlines()
        assert lines == ["row,reason", "2,No resident is known by this"]

    def test_no_file_and_too_much_of_one_are_refused(self, client, choir, monkeypatch):
        assert client.post(reverse("group-upload", args=["choir"]), {"mode": "add"}).status_code == 302
        self.upload(client, b"x" * (5 * 1024 * 1024 + 1))
        self.upload(client, mode="everything")
        assert not GroupImport.objects.exists()
