"""The doors' addresses, by audience."""

from django.urls import include, path

urlpatterns = [
    path("", include("bina.doors.web.urls")),
    path("api/v1/", include("bina.doors.api.urls")),
]
