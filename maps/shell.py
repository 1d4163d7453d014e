"""What lets the map be installed and work offline: its manifest, and a service worker that knows the shell's files."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

FRONTEND = Path(__file__).parent / "frontend"
SERVICE_WORKER = FRONTEND / "map" / "service-worker.js"
SHELL_PATTERNS = (
    "css/*.css",
    "map/*.js",
    "card/*",
    "terminal/*",
    "icons/*",
    "vendor/*/*.mjs",
    "vendor/jsqr/*.js",
    "vendor/*/*.css",
    "vendor/*/*.woff2",
    "vendor/*/*.json",
    "map/*.json",
)
ICON_SIZES = (192, 512)


@require_safe
@cache_control(max_age=3600)
def manifest(_request: HttpRequest) -> JsonResponse:
    """W3C web application manifest."""
    icons = [
        {"src": static("icons/city.svg"), "type": "image/svg+xml", "sizes": "any"},
        *(
            {"src": static(f"icons/city-{size}.png"), "type": "image/png", "sizes": f"{size}x{size}"}
            for size in ICON_SIZES
        ),
        {
            "src": static("icons/city-maskable-512.png"),
            "type": "image/png",
            "sizes": "512x512",
            "purpose": "maskable",
        },
    ]
    return JsonResponse(
        {
            "id": "/",
            "name": _("%(city)s city map") % {"city": settings.CITY.name},
            "short_name": settings.CITY.name,
            "description": _("Places, sights, events and live readings of the city, also without a network."),
            "lang": get_language(),
            "start_url": reverse("map"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f3ee",
            "theme_color": "#0c5d6b",
            "categories": ["navigation", "travel", "government"],
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True)
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The worker's source under the list of files that it keeps; another list or another file makes it a new worker."""
    version, files = _shell() if not settings.DEBUG else _shell.__wrapped__()
    pages = [reverse("map"), reverse("card"), reverse("terminal")]
    shell = {"version": version, "files": [static(name) for name in files], "pages": pages}
    source = f"const SHELL = {json.dumps(shell)};\n{SERVICE_WORKER.read_text()}"
    return HttpResponse(source, content_type="text/javascript; charset=utf-8")


@cache
def _shell() -> tuple[str, list[str]]:
    paths = sorted(path for pattern in SHELL_PATTERNS for path in FRONTEND.glob(pattern) if path != SERVICE_WORKER)
    digest = hashlib.sha256()
    for path in (*paths, SERVICE_WORKER):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16], [path.relative_to(FRONTEND).as_posix() for path in paths]
