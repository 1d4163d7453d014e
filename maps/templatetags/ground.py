"""What a page needs to draw the city's ground: for windows that are not maps themselves."""

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from maps.editor.start import start

register = template.Library()


@register.simple_tag
def ground_data() -> SafeString:
    """The JSON from which static/editor/ground-map.js starts."""
    return json_script(start(), "city")
