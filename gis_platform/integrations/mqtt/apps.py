from django.apps import AppConfig


class MqttConfig(AppConfig):
    name = "gis_platform.integrations.mqtt"
