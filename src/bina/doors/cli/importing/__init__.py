"""`./bina import MAPPING FILE`: a history from outside, each row a case or a rejection, reconciled to the last one."""


def run(argv: list[str]) -> int:
    """Imports a file; 0 when every row is a case or a rejection and the database agrees, else 1."""
    from bina.doors.cli.importing import command  # the second process imports this package before Django is set up

    return command.run(argv)
