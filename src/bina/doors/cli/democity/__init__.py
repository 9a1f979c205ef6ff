"""The demo city: some three hundred cases in all states, made with a fixed seed through the same moves as real work."""

from bina.doors.cli.democity.build import build

__all__ = ["build"]
