from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "layers.places"
