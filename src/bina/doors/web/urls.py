"""The addresses of the pages, in the order of who uses them."""

from django.urls import path

from bina.doors.web import assets, callback, citizen, components, desk, drafts, entrance, look

urlpatterns = [
    path("", entrance.entrance, name="entrance"),
    path("enter", entrance.step_in, name="step_in"),
    path("sign-in", entrance.sign_in, name="sign_in"),
    path("sign-out", entrance.sign_out, name="sign_out"),
    path("first/<str:token>", entrance.first, name="first"),
    path("home", entrance.home, name="home"),
    path("desk", desk.desk, name="desk"),
    path("desk/<str:code>", desk.done, name="desk_done"),
    path("desk/<str:code>/join", desk.join, name="desk_join"),
    path("callback", callback.callback, name="callback"),
    path("callback/<str:code>", callback.called, name="called"),
    path("report", citizen.report, name="report"),
    path("reported/<str:code>", citizen.reported, name="reported"),
    path("track", citizen.track, name="track"),
    path("track/prove", citizen.prove_it, name="prove_it"),
    path("mine/<str:code>", citizen.mine, name="mine"),
    path("mine/<str:code>/<slug:what>", citizen.say, name="say"),
    path("c/<str:code>", citizen.short, name="short"),
    path("look", look.theme, name="theme"),
    path("language", look.language, name="language"),
    path("draft/<slug:name>", drafts.keep, name="draft"),
    path("components", components.components, name="components"),
    path("assets/<path:name>", assets.asset, name="asset"),
]
