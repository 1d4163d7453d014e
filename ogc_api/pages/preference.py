"""What an answer is to be: a page for people, or data."""

from django.http import HttpRequest


def wants_html(request: HttpRequest) -> bool:
    """Whether a browser asks: f=html, or text/html before any JSON in Accept."""
    wanted = request.GET.get("f", "")
    if wanted:
        return wanted == "html"
    return request.get_preferred_type(["application/geo+json", "application/json", "text/html"]) == "text/html"
