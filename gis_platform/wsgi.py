"""WSGI entry point, served by granian."""

import os

from django.core.wsgi import get_wsgi_application

from layers.base import watching

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
application = get_wsgi_application()
watching.start()
