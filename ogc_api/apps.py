from django.apps import AppConfig


class OgcApiConfig(AppConfig):
    name = "ogc_api"
    verbose_name = "OGC API"
