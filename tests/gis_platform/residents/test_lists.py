"""Lists of people into a group: previewed row by row, applied as a whole, undone."""

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.residents.lists import errors, reading, services
from gis_platform.residents.models import Group, GroupImport, Membership
from tests.people import a_resident

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
HEAD = "given_name,family_name,birth_date,from,until,evidence\n"


@pytest.fixture(autouse=True)
def on_that_day():
    with clock.frozen(datetime(2026, 11, 24, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def choir():
    return Group.objects.create(code="choir")


@pytest.fixture
def anna():
    return a_resident(birth_date=date(2010, 1, 2))


@pytest.fixture
def karlis():
    return a_resident(given_name="Kārlis", family_name="Ozols", birth_date=date(2011, 3, 4))


def previewed(group, content, mode="add"):
    content = content.encode() if isinstance(content, str) else content
    run = services.start(group, content, file_name="list.csv", mode=mode, actor="user:1")
    services.preview(run)
    return run


def reasons(run):
    return [(row.row, row.reason) for row in run.rows.filter(action="reject")]


def applied(run):
    services.request_apply(run, actor="user:1")
    services.apply(run)
    return run


class TestPreview:
    def test_it_counts_adds_rejects_and_who_is_there_already(self, choir, anna, karlis):
        Membership.objects.create(group=choir, resident=karlis, period=DateRange(date(2026, 1, 1), None))
        run = previewed(
            choir,
            HEAD
            + "Anna,BĒRZIŅA,2010-01-02,2026-12-01,2027-06-01,order 7\n"
            + "kārlis,ozols,04.03.2011,,,\n"
            + "Nobody,Here,2000-01-01,,,\n"
            + "Anna,Bērziņa,2010-01-02,,,\n"
            + "Anna,,,,,\n"
            + "Anna,Bērziņa,yesterday,,,\n"
            + "Kārlis,Ozols,2011-03-04,2026-12-01,2026-11-01,\n"
            + "Kārlis,Ozols,2011-03-04,,,4111 1111 1111 1111\n",
        )
        assert (run.state, run.adds, run.unchanged, run.removes, run.rejects) == ("previewed", 1, 1, 0, 6)
        assert reasons(run) == [
            (4, "unknown"),
            (5, "doubled"),
            (6, "nobody"),
            (7, "birth-date"),
            (8, "period"),
            (9, "card-number"),
        ]
        assert {code for _row, code in reasons(run)} | {"ambiguous"} == set(errors.REASONS)
        assert Membership.objects.count() == 1

    def test_two_of_one_name_and_birthday_are_not_guessed(self, choir, anna):
        a_resident(birth_date=anna.birth_date)
        assert reasons(previewed(choir, HEAD + "Anna,Bērziņa,2010-01-02,,,\n")) == [(2, "ambiguous")]

    def test_a_handle_names_somebody_whatever_they_are_called(self, choir, anna):
        run = previewed(choir, f"handle\n{anna.handle}\nnot-a-handle\n")
        assert (run.adds, reasons(run)) == (1, [(3, "unknown")])

    def test_a_table_of_a_spreadsheet_is_the_same(self, choir, anna):
        book = openpyxl.Workbook()
        book.active.append(["Vārds", "Uzvārds", "Dzimšanas datums", "no"])
        book.active.append(["Anna", "Bērziņa", date(2010, 1, 2), datetime(2026, 12, 1)])  # noqa: DTZ001 - a spreadsheet knows no zones
        file = io.BytesIO()
        book.save(file)
        run = previewed(choir, file.getvalue())
        assert (run.adds, run.rows.get().period) == (1, DateRange(date(2026, 12, 1), None))

    def test_an_old_encoding_and_semicolons_are_read(self, choir, anna):
        text = "vārds;uzvārds;dzimšanas datums\nAnna;Bērziņa;2010-01-02\n"
        assert previewed(choir, text.encode("windows-1257")).adds == 1

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "list-columns-missing"),
            (b"shoe,size\n1,2\n", "list-columns-missing"),
            (b"handle\n\x00\x00", "list-unreadable"),
            (b"PK\x03\x04 and no more", "list-unreadable"),
            (b'handle\n"never closed', "list-unreadable"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_refused_and_not_kept(self, choir, content, code):
        run = previewed(choir, content)
        assert (run.state, run.error_code, run.content) == ("failed", code, None)

    def test_what_unpacks_to_too_much_is_not_unpacked(self, monkeypatch):
        monkeypatch.setattr(reading, "UNPACKED_BYTES_MAX", 1000)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", b" " * 2000)
        with pytest.raises(errors.ListTooLarge):
            reading.rows_of(file.getvalue())

    def test_too_many_rows_are_refused(self, monkeypatch):
        monkeypatch.setattr(reading, "ROWS_MAX", 2)
        assert len(reading.rows_of(b"handle\na\nb\n")) == 2
        with pytest.raises(errors.ListTooLarge):
            reading.rows_of(b"handle\na\nb\nc\n")

    def test_the_file_lies_sealed(self, choir, anna):
        services.start(choir, (HEAD + "Anna,Bērziņa,2010-01-02").encode(), file_name="x", mode="add", actor="user:1")
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM residents_groupimport")
            stored = bytes(cursor.fetchone()[0])
        assert b"Anna" not in stored
        assert b"QW5uY" not in stored  # "Anna" in base64

    def test_a_group_by_a_rule_takes_no_list(self):
        group = Group.objects.create(code="old", made="rule", rule={"op": ">", "args": [{"property": "age"}, 1]})
        with pytest.raises(errors.GroupNotListed):
            services.start(group, b"handle\n", file_name="x", mode="add", actor="user:1")


class TestApplying:
    LINE = HEAD + "Anna,Bērziņa,2010-01-02,2026-12-01,2027-06-01,order 7\n"

    def test_it_adds_what_the_preview_showed_and_forgets_the_file(self, choir, anna):
        run = applied(previewed(choir, self.LINE))
        made = Membership.objects.get()
        assert (run.state, run.content) == ("applied", None)
        assert (made.period, made.evidence, made.source) == (
            DateRange(date(2026, 12, 1), date(2027, 6, 1)),
            "order 7",
            "import",
        )

    def test_it_is_applied_once(self, choir, anna):
        run = applied(previewed(choir, self.LINE))
        for verb in (services.request_apply, services.drop):
            with pytest.raises(errors.ListState):
                verb(run, actor="user:1")

    def test_to_replace_ends_who_is_missing_and_leaves_the_rule_alone(self, choir, anna, karlis):
        Membership.objects.create(group=choir, resident=karlis, period=DateRange(date(2026, 1, 1), None))
        run = previewed(choir, self.LINE, mode="replace")
        assert (run.adds, run.removes) == (1, 1)
        applied(run)
        assert karlis.memberships.get().period == DateRange(date(2026, 1, 1), TODAY)

    def test_undone_all_is_as_before(self, choir, anna, karlis):
        begun_today = a_resident()
        former = {karlis: DateRange(date(2026, 1, 1), None), begun_today: DateRange(TODAY, None)}
        for resident, period in former.items():
            Membership.objects.create(group=choir, resident=resident, period=period)
        run = applied(previewed(choir, self.LINE, mode="replace"))
        assert set(Membership.objects.on(date(2026, 12, 2)).values_list("resident", flat=True)) == {anna.pk}
        assert services.undo(run, actor="user:1") == 3  # one taken out, two back
        assert {one.resident: one.period for one in Membership.objects.all()} == former

    def test_an_undo_leaves_what_was_changed_since(self, choir, anna):
        run = applied(previewed(choir, self.LINE))
        Membership.objects.update(period=DateRange(date(2026, 12, 1), None))
        assert services.undo(run, actor="user:1") == 0
        assert Membership.objects.count() == 1

    def test_a_group_that_changed_since_the_preview_keeps_its_members(self, choir, anna):
        run = previewed(choir, self.LINE)
        Membership.objects.create(group=choir, resident=anna, period=DateRange(TODAY, None))
        applied(run)
        assert (run.state, run.error_code) == ("failed", "list-group-changed")
        assert Membership.objects.count() == 1

    def test_a_dropped_one_leaves_nothing(self, choir, anna):
        run = previewed(choir, self.LINE)
        services.drop(run, actor="user:1")
        assert (GroupImport.objects.get().content, run.rows.count(), Membership.objects.count()) == (None, 0, 0)
