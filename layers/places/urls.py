from django.urls import path

from layers.places.views import label

urlpatterns = [path("q/<str:token>", label, name="label")]
