"""Template tags of the city's pages."""

import json
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from maps.kind_icons import icon_of

register = template.Library()
MAKI = Path(__file__).parent.parent / "frontend" / "vendor" / "maki" / "icons.json"


@cache
def _maki() -> dict[str, str]:
    icons: dict[str, str] = json.loads(MAKI.read_text())
    return icons


def icon_names() -> list[str]:
    return sorted(_maki())


@register.simple_tag
def marker(color: str, icon: str, kind: str = "") -> SafeString:
    """A layer's round marker as inline SVG, the same that the map draws."""
    name = icon_of(kind, fallback=icon, known=_maki())
    return format_html(
        '<svg class="marker" viewBox="0 0 28 28" width="28" height="28" aria-hidden="true" focusable="false">'
        '<circle cx="14" cy="14" r="14" fill="{}"/><path transform="translate(6.5 6.5)" fill="#fff" d="{}"/></svg>',
        color,
        _maki()[name],
    )


@register.simple_tag
def glyph(name: str) -> SafeString:
    """A Maki icon in the colour of the text around it."""
    return format_html(
        '<svg class="glyph" viewBox="0 0 15 15" width="15" height="15" aria-hidden="true" focusable="false">'
        '<path fill="currentColor" d="{}"/></svg>',
        _maki()[name],
    )


@register.simple_tag
def line_icon(name: str) -> SafeString:
    """One of our own line drawings for buttons, on a square of 24 units."""
    return mark_safe(  # noqa: S308 constants of this module
        '<svg class="line-icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"'
        ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
        f'<path d="{LINE_ICONS[name]}"/></svg>'
    )


LINE_ICONS = {
    "menu": "M4 7h16M4 12h16M4 17h16",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20 20",
    "close": "M6 6l12 12M18 6 6 18",
    "back": "M15 5l-7 7 7 7",
    "layers": "M12 4 3 9l9 5 9-5zM3.5 13.5 12 18l8.5-4.5",
    "locate": "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12 2.5V7M12 17v4.5M2.5 12H7M17 12h4.5",
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "clock": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 7.5V12l3 2",
    "pin": "M12 21c4.5-5 7-8.5 7-11.5a7 7 0 0 0-14 0c0 3 2.5 6.5 7 11.5M12 7.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5",
    "phone": "M6 3.5h3l1.5 4.5-2 1.5a11 11 0 0 0 6 6l1.5-2 4.5 1.5v3a2 2 0 0 1-2 2A15.5 15.5 0 0 1 4 5.5a2 2 0 0 1 2-2",
    "mail": "M3.5 6h17v12h-17zM3.5 7l8.5 6 8.5-6",
    "link": "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.5-5.5l-1.5 1.5M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.5 5.5l1.5-1.5",
    "share": "M12 15V4M8 7.5 12 3.5l4 4M6 12v7.5h12V12",
    "route": "M12 2.5 21.5 12 12 21.5 2.5 12zM9 14.5V11h6M13 8.5l2.5 2.5-2.5 2.5",
    "calendar": "M4.5 6h15v14h-15zM4.5 10.5h15M8.5 3.5V7M15.5 3.5V7",
    "page": "M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12h5M10 16h5",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5a7.5 7.5 0 0 1 15 0",
    "theme": "M12 3.5a8.5 8.5 0 1 0 0 17zM12 3.5a8.5 8.5 0 0 1 0 17",
    "map": "M9 4 3.5 6v14L9 18l6 2 5.5-2V4L15 6zM9 4v14M15 6v14",
}
