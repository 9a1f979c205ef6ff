"""Statements of the hot path, prepared once a connection and run through libpq with plain text parameters.

The driver parses a query's placeholders anew each time when it is long or has more than fifty of them, which here
costs more than sending it; so the names are turned into $1, $2, … once, when the module is loaded.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from django.db import IntegrityError, InterfaceError, OperationalError, connection, utils
from psycopg import errors, pq

_NO_SUCH_STATEMENT = b"26000"
_NAMED = re.compile(r"%\((\w+)\)s")


class Prepared:
    """One statement with %(name)s placeholders; `run` gives its rows as tuples of text."""

    def __init__(self, name: str, sql: str) -> None:
        self.name = name.encode()
        self.names: list[str] = []
        self.sql = _NAMED.sub(self._number, sql)
        self._ready: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()

    def _number(self, match: re.Match[str]) -> str:
        if match[1] not in self.names:
            self.names.append(match[1])
        return f"${self.names.index(match[1]) + 1}"

    def run(self, values: dict[str, Any], *, ready: bool = False) -> list[tuple[str | None, ...]]:
        """Runs it on Django's connection, in the transaction that is open there, else in one of its own.

        `ready`: the caller has just seen it among the session's prepared statements; otherwise it is looked for.
        """
        connection.ensure_connection()
        raw = connection.connection
        # The driver drops every prepared statement after a rollback. Outside a transaction a lost one shows and is
        # made again; inside one the error would end the transaction, so there it is asked for first.
        inside = raw.pgconn.transaction_status != pq.TransactionStatus.IDLE
        if not ready:
            ready = raw in self._ready and not (inside and self._lost(raw))
        if not ready:
            self._prepare(raw)
        parameters = [text(values[n]) for n in self.names]
        result = raw.pgconn.exec_prepared(self.name, parameters)
        if not inside and result.error_field(pq.DiagnosticField.SQLSTATE) == _NO_SUCH_STATEMENT:
            self._prepare(raw)
            result = raw.pgconn.exec_prepared(self.name, parameters)
        if result.status != pq.ExecStatus.TUPLES_OK:
            self._check(raw, result)
        columns = range(result.nfields)
        return [tuple(_str(result.get_value(row, c)) for c in columns) for row in range(result.ntuples)]

    def _lost(self, raw: Any) -> bool:
        result = raw.pgconn.exec_params(b"SELECT 1 FROM pg_prepared_statements WHERE name = $1", [self.name])
        return bool(result.ntuples == 0)

    def _prepare(self, raw: Any) -> None:
        self._check(raw, raw.pgconn.prepare(self.name, self.sql.encode()))
        self._ready[raw] = True

    def _check(self, raw: Any, result: pq.abc.PGresult) -> None:
        """Raises the statement's error as Django's exception classes, as a cursor would."""
        if result.status in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
            return
        error = errors.error_from_result(result)
        for theirs in (IntegrityError, OperationalError, InterfaceError, utils.DataError, utils.ProgrammingError):
            if isinstance(error, getattr(errors, theirs.__name__, ())) or _is(error, theirs.__name__):
                if theirs is not IntegrityError and raw.pgconn.status != pq.ConnStatus.OK:
                    connection.close()
                raise theirs(str(error)) from error
        if raw.pgconn.status != pq.ConnStatus.OK:
            raise OperationalError(str(error)) from error
        raise utils.DatabaseError(str(error)) from error


def _is(error: Exception, name: str) -> bool:
    return any(c.__name__ == name for c in type(error).__mro__)


def _str(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def text(value: Any) -> bytes | None:
    """A parameter in PostgreSQL's text format."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if isinstance(value, int):
        return b"%d" % value
    if isinstance(value, datetime):
        return value.isoformat().encode()
    if isinstance(value, timedelta):
        return b"%d microseconds" % (value // timedelta(microseconds=1))
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return str(value).encode()
