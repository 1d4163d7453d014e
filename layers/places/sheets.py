"""Labels on paper: A4 pages with one to many labels each, with name, map number, QR code and the city's mark."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from fpdf import FPDF

from gis_platform.core import clock
from layers.places.models import Beacon
from layers.places.services import label_url

FONT, FONT_REST = "Noto Sans", "Noto Sans latin-ext"  # ķ, ž, ė and their like are in a file of their own
FILES = "vendor/noto-sans/noto-sans-{range}-{weight}-normal.woff2"
A4_MM = (210, 297)
LABELS_MAX = 600
INK, SOFT, ACCENT = (22, 27, 33), (90, 98, 107), (12, 93, 107)
QUIET_MODULES = 4  # white around a QR code that readers need (ISO/IEC 18004)
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table of every font


@dataclass(frozen=True)
class Format:
    """How labels lie on a page; `margin_mm` is around all of them. The sizes are those of label paper in shops."""

    title: str | Promise
    columns: int
    rows: int
    margin_mm: tuple[float, float]
    size_mm: tuple[float, float]

    @property
    def per_page(self) -> int:
        return self.columns * self.rows


FORMATS = {
    "door": Format(gettext_lazy("One a page, for a door"), 1, 1, margin_mm=(25, 38.5), size_mm=(160, 220)),
    "desk": Format(gettext_lazy("4 a page, 105 × 148 mm"), 2, 2, margin_mm=(0, 0), size_mm=(105, 148.5)),
    "wall": Format(gettext_lazy("8 a page, 100 × 68 mm"), 2, 4, margin_mm=(4.5, 12.5), size_mm=(100.5, 68)),
    "small": Format(gettext_lazy("21 a page, 65 × 38 mm"), 3, 7, margin_mm=(7, 15), size_mm=(65.3, 38.1)),
}


def sheet(beacons: Sequence[Beacon], layout: Format) -> bytes:
    """The labels in the order given, in the active language."""
    paper = _Paper()
    for number, beacon in enumerate(beacons):
        place = number % layout.per_page
        if place == 0:
            paper.add_page()
        row, column = divmod(place, layout.columns)
        width, height = layout.size_mm
        paper.label(beacon, layout.margin_mm[0] + column * width, layout.margin_mm[1] + row * height, width, height)
    if not beacons:
        paper.add_page()
    return bytes(paper.output())


class _Paper(FPDF):
    def __init__(self) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.set_title(_("Labels of places"))
        self.set_author(settings.CITY.name)
        self.set_creation_date(clock.now())
        self.set_lang(get_language() or settings.CITY.language)
        for weight, style in (("400", ""), ("600", "B")):
            for family, glyphs in ((FONT, "latin"), (FONT_REST, "latin-ext")):
                self.add_font(family, style, _font_file(glyphs, weight))
        self.set_fallback_fonts([FONT_REST], exact_match=False)

    def label(self, beacon: Beacon, x: float, y: float, width: float, height: float) -> None:
        """Upright ones have the code above the words, flat ones beside them."""
        pad = min(width, height) * 0.07
        self.set_draw_color(*SOFT)
        self.set_line_width(0.1)
        self.rect(x, y, width, height)  # where to cut
        upright = height > width
        code = min(width - 2 * pad, height * 0.6) if upright else min(height - 2 * pad, width * 0.45)
        code_x = x + (width - code) / 2 if upright else x + pad
        self.qr_code(label_url(beacon), code_x, y + pad, code)
        if upright:
            self.words(beacon, x + pad, y + 2 * pad + code, width - 2 * pad, height - 3 * pad - code, align="C")
        else:
            self.words(beacon, x + code + 1.5 * pad, y + pad, width - code - 2.5 * pad, height - 2 * pad, align="L")

    def qr_code(self, text: str, x: float, y: float, size: float) -> None:
        """As filled squares, sharp at any size, and as few of them as a row has runs."""
        matrix = [list(row) for row in segno.make_qr(text, error="m").matrix]
        step = size / (len(matrix) + 2 * QUIET_MODULES)
        self.set_fill_color(0, 0, 0)
        for row, modules in enumerate(matrix):
            for begin, length in _runs(modules):
                left, top = x + (begin + QUIET_MODULES) * step, y + (row + QUIET_MODULES) * step
                self.rect(left, top, length * step, step * 1.02, style="F")  # a hair more: no white line between rows

    def words(self, beacon: Beacon, x: float, y: float, width: float, height: float, *, align: str) -> None:
        size = max(6.0, min(26.0, height * 0.42))  # points
        self.mark(x if align == "L" else x + width / 2 - size * 0.35, y, size * 0.7)
        self.set_xy(x, y + size * 0.9)
        self.line_of(beacon.place.name, width, size, style="B", color=INK, align=align, lines_max=2)
        self.line_of(_("Scan to check in"), width, size * 0.62, style="", color=ACCENT, align=align, lines_max=1)
        number = _("Place %(number)s · label %(label)s") % {
            "number": beacon.place.code or beacon.place_id,
            "label": f"{beacon.pk}/{beacon.generation}",
        }
        self.line_of(number, width, size * 0.5, style="", color=SOFT, align=align, lines_max=1)
        self.line_of(settings.CITY.name, width, size * 0.5, style="", color=SOFT, align=align, lines_max=1)

    def line_of(
        self,
        text: str,
        width: float,
        size: float,
        *,
        style: str,
        color: tuple[int, int, int],
        align: str,
        lines_max: int,
    ) -> None:
        """Shortened with an ellipsis where it does not fit."""
        x = self.get_x()
        self.set_font(FONT, style, size)
        longest = max(map(self.get_string_width, text.split()), default=0)
        if longest > 0.95 * width:  # no word is broken
            size *= 0.95 * width / longest
            self.set_font_size(size)
        self.set_text_color(*color)
        line_mm = size * 0.45
        lines = self.multi_cell(width, line_mm, text, align=align, dry_run=True, output="LINES")
        assert isinstance(lines, list), "that is what LINES stands for"
        if len(lines) > lines_max:
            lines = [*lines[: lines_max - 1], lines[lines_max - 1].rstrip()[:-1] + "…"]
        for line in lines:
            self.set_x(x)
            self.cell(width, line_mm, line, align=align, new_x="LEFT", new_y="NEXT")

    def mark(self, x: float, y: float, size: float) -> None:
        """The city's mark: a drop with a wave on a square with round corners."""
        self.set_fill_color(*ACCENT)
        self.rect(x, y, size, size, style="F", round_corners=True, corner_radius=size * 0.28)
        self.set_fill_color(255, 255, 255)
        self.ellipse(x + size * 0.28, y + size * 0.2, size * 0.44, size * 0.44, style="F")
        self.polygon(
            [(x + size * 0.29, y + size * 0.5), (x + size * 0.71, y + size * 0.5), (x + size * 0.5, y + size * 0.78)],
            style="F",
        )
        self.set_draw_color(*ACCENT)
        self.set_line_width(size * 0.06)
        self.line(x + size * 0.36, y + size * 0.42, x + size * 0.64, y + size * 0.42)


def _runs(modules: Sequence[int]) -> list[tuple[int, int]]:
    """
    >>> _runs([1, 1, 0, 1])
    [(0, 2), (3, 1)]
    """
    runs: list[tuple[int, int]] = []
    for number, dark in enumerate(modules):
        if dark and runs and sum(runs[-1]) == number:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((number, 1))
    return runs


def _font_file(glyphs: str, weight: str) -> str:
    path = finders.find(FILES.format(range=glyphs, weight=weight))
    assert isinstance(path, str), "the fonts are among the static files"
    return path
