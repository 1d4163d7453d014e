from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "gis_platform.demo"
