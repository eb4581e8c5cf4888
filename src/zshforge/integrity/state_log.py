"""The log in which the shells of a user tell the states of their tasks: reading it, and keeping what it shows."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from zshforge.integrity.states import check_states
from zshforge.model.errors import NothingRecorded, ZfError
from zshforge.store.artifacts import write_artifact

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.model.async_states import AsyncStates


def judge_log(log: Path, result: Path) -> AsyncStates:
    """Judge a log together with the part before it, which a shell has turned over.

    Args:
        log: The log; the part before it is named ``LOG.1``.
        result: Where the record is kept; what cannot be written there does not keep anybody from a verdict.

    Raises:
        NothingRecorded: There is no log.
        ZfError: It cannot be read.
    """
    before = log.with_name(f"{log.name}.1")
    try:
        data = (before.read_bytes() if before.is_file() else b"") + log.read_bytes()
    except FileNotFoundError as error:
        hint = "open a shell of the shipped configuration that has an integrity.list"
        raise NothingRecorded("no shell has told anything", where=str(log), hint=hint) from error
    except OSError as error:
        raise ZfError(f"cannot be read: {error.strerror}", where=str(log)) from error
    made = check_states(data, label=str(log))
    with suppress(ZfError):
        write_artifact(result, made)
    return made
