"""WSGI entry point, served by granian."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from layers.base import watching

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
django = get_wsgi_application()
# By its name: it can be imported once Django stands.
application = import_string("ogc_api.hot.HotPaths")(django)
watching.start()
