"""Addresses of the terminal. Mounted at /terminal/."""

from django.urls import path

from maps.terminal import views

urlpatterns = [path("", views.terminal, name="terminal")]
