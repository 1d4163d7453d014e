"""WSGI entry point, served by granian."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from layers.base import watching

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
django = get_wsgi_application()
# By their names: they can be imported once Django stands.
programs = import_string("ogc_api.hot.HotPaths")(django)
api = import_string("gis_platform.api.api")
residents = import_string("rules.loyalty.hot.HotCheckIns")(programs, api)
application = import_string("rules.benefits.hot.HotDecisions")(residents, api)
watching.start()
