"""The last Django app to start: it joins what the packages left open (see wiring.py)."""

from django.apps import AppConfig


class Wiring(AppConfig):
    """Connects rows, timers and readers once every model is loaded."""

    name = "bina"
    label = "bina"

    def ready(self) -> None:
        from bina import wiring

        wiring.connect()
