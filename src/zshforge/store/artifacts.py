"""Artifacts: registered records in files, checked on the way in and on the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, overload

from msgspec import Struct

from zshforge.model.errors import ArtifactInvalid, NothingRecorded, ZfError
from zshforge.model.schema import decode, encode
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

_S = TypeVar("_S", bound=Struct)


def write_artifact(path: Path, record: Struct) -> None:
    """Writes a registered record, after proving that a reader will get the same record back.

    Raises:
        ArtifactInvalid: The record breaks its own schema, or holds what JSON cannot (nan, infinity).
        UsageError: The record's type is not registered.
        ZfError: The file system refused.
    """
    data = encode(record)
    if decode(type(record), data, where=str(path)) != record:
        raise ArtifactInvalid("the record would be read as another one (nan or infinity?)", where=str(path))
    atomic_write(path, data)


@overload
def read_artifact(path: Path, kind: type[_S]) -> _S: ...
@overload
def read_artifact(path: Path, kind: str | None = None) -> Struct: ...
def read_artifact(path: Path, kind: type[Struct] | str | None = None) -> Struct:
    """Reads a registered record.

    Args:
        path: The file.
        kind: The schema's name or the record's type; ``None`` takes whatever the file says it is.

    Raises:
        NothingRecorded: There is no such file.
        ArtifactInvalid: The file is not what its schema says.
        ZfError: The file system refused.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise NothingRecorded("there is no such artifact", where=str(path), hint="zf capture") from error
    except OSError as error:
        raise ZfError(f"cannot be read: {error}", where=str(path)) from error
    return decode(kind, data, where=str(path))
