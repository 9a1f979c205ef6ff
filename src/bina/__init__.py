"""Bina: the 137 system of a city."""

__version__ = "0.1.0"
