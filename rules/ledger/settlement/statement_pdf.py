"""A merchant's statement on paper: balances, days, and the codes while they fit."""

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from gis_platform.core.money import display
from rules.ledger.models import Statement
from rules.ledger.settlement import contents
from rules.ledger.settlement.contents import LineKind
from rules.ledger.settlement.payees import payees
from rules.ledger.settlement.wording import kind_title, vat_note

FONT, FONT_REST = "Noto Sans", "Noto Sans latin-ext"  # ā, ž, ė and their like are in a file of their own
FILES = "vendor/noto-sans/noto-sans-{range}-{weight}-normal.woff2"
CODES_MAX = 600  # more are in the CSV file alone
MARGIN_MM, LINE_MM = 18, 6
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table of every font
SOFT, INK = (90, 98, 107), (22, 27, 33)


def statement_pdf(statement: Statement) -> bytes:
    """The same bytes for the same statement and language."""
    paper = _Paper(statement)
    paper.add_page()
    _head(paper, statement)
    _summary(paper, statement)
    _days(paper, statement)
    _notes(paper)
    _codes(paper, statement)
    return bytes(paper.output())


def money(cents: int) -> str:
    return display(cents, language=get_language() or settings.CITY.language)


class _Paper(FPDF):
    def __init__(self, statement: Statement) -> None:
        super().__init__(format="A4")
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(True, margin=MARGIN_MM + LINE_MM)
        self.set_title(_("Statement %(number)s") % {"number": statement.number})
        self.set_author(settings.CITY.name)
        self.set_creation_date(statement.period.completed_at or statement.period.closed_at)
        self.set_lang(get_language() or settings.CITY.language)
        for weight, style in (("400", ""), ("600", "B")):
            for family, glyphs in ((FONT, "latin"), (FONT_REST, "latin-ext")):
                self.add_font(family, style, _font_file(glyphs, weight))
        self.set_fallback_fonts([FONT_REST], exact_match=False)
        self.set_font(FONT, size=10)
        self.number = statement.number

    def footer(self) -> None:
        self.set_y(-MARGIN_MM)
        self.set_font(FONT, size=8)
        self.set_text_color(*SOFT)
        self.cell(w=0, text=self.number)
        self.set_x(self.l_margin)
        self.cell(w=0, text=_("Page %(page)s") % {"page": self.page_no()}, align="R")
        self.set_text_color(*INK)

    def line_of(self, text: str, *, size: float = 10, bold: bool = False, soft: bool = False) -> None:
        self.set_font(FONT, style="B" if bold else "", size=size)
        self.set_text_color(*(SOFT if soft else INK))
        self.multi_cell(w=0, h=size * 0.55, text=text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*INK)


def _font_file(glyphs: str, weight: str) -> str:
    path = finders.find(FILES.format(range=glyphs, weight=weight))
    assert isinstance(path, str), "the fonts are among the static files"
    return path


def _head(paper: _Paper, statement: Statement) -> None:
    payee = payees([statement.account])[statement.account_id]
    days = statement.period.days
    paper.line_of(settings.PAYER["name"] or settings.CITY.name, soft=True)
    paper.line_of(_("Statement %(number)s") % {"number": statement.number}, size=18, bold=True)
    paper.line_of(f"{_day(days.lower)} – {_day(days.upper - timedelta(days=1))}", size=12)
    paper.ln(LINE_MM)
    paper.line_of(payee.name or statement.account.holder, size=12, bold=True)
    for title, text in (
        (_("Registration number"), payee.registration_number),
        (_("Address"), payee.address),
        (_("Bank account"), payee.iban),
    ):
        if text:
            paper.line_of(f"{title}: {text}")
    paper.ln(LINE_MM)


def _summary(paper: _Paper, statement: Statement) -> None:
    rows = [
        (_("Opening balance"), statement.opening_cents),
        (kind_title(LineKind.GRANT), statement.granted_cents),
        (kind_title(LineKind.RETURN), statement.returned_cents),
        (kind_title(LineKind.CORRECTION), statement.correction_cents),
        (kind_title(LineKind.PAYMENT), statement.paid_cents),
    ]
    total = (_("Balance at the end of the period"), money(statement.closing_cents))
    _table(paper, [(title, money(cents)) for title, cents in rows], widths=(70, 30), total=total)


def _days(paper: _Paper, statement: Statement) -> None:
    found = contents.days(statement)
    if not found:
        return
    paper.ln(LINE_MM)
    paper.line_of(_("By day"), size=12, bold=True)
    head = (_("Day"), _("What"), _("Number"), _("Amount"))
    rows = [(_day(one.day), kind_title(one.kind), str(one.lines), money(one.cents)) for one in found]
    _table(paper, rows, head=head, widths=(20, 44, 14, 22))


def _codes(paper: _Paper, statement: Statement) -> None:
    legs = list(islice(contents.lines(statement).iterator(CODES_MAX + 1), CODES_MAX + 1))
    if not legs:
        return
    paper.ln(LINE_MM)
    paper.line_of(_("By code"), size=12, bold=True)
    if len(legs) > CODES_MAX:
        paper.line_of(_("There are more than %(count)s lines; each is in the CSV file.") % {"count": CODES_MAX})
        return
    found = [contents.line(leg, statement.period) for leg in legs]
    rows = [(_day(one.day), one.code, kind_title(one.kind), money(one.cents)) for one in found]
    _table(paper, rows, head=(_("Day"), _("Code"), _("What"), _("Amount")), widths=(20, 26, 32, 22))


def _notes(paper: _Paper) -> None:
    paper.ln(LINE_MM / 2)
    paper.line_of(vat_note(), size=9, soft=True)


def _table(
    paper: _Paper,
    rows: Sequence[Sequence[str]],
    *,
    widths: tuple[int, ...],
    head: tuple[str, ...] = (),
    total: tuple[str, ...] = (),
) -> None:
    """The last column holds amounts."""
    paper.set_font(FONT, size=9.5)
    align = ("LEFT",) * (len(widths) - 1) + ("RIGHT",)
    with paper.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        col_widths=widths,
        text_align=align,
        line_height=LINE_MM,
        first_row_as_headings=bool(head),
        headings_style=FontFace(emphasis="BOLD", color=SOFT),
    ) as table:
        for row in ([head] if head else []) + list(rows):
            table.row(row)
        if total:
            table.row(total, style=FontFace(emphasis="BOLD"))


def _day(day: date) -> str:
    return day.isoformat()
