"""The doors' addresses, by audience."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("bina.doors.api.urls")),
    path("", include("bina.doors.web.urls")),
]

handler400 = "bina.doors.web.errors.bad_request"
handler403 = "bina.doors.web.errors.denied"
handler404 = "bina.doors.web.errors.not_found"
handler500 = "bina.doors.web.errors.server_error"
