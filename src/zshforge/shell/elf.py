"""Addresses of a program's exported symbols (Linux: ELF)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=8)
def dynamic_symbols(path: str, names: tuple[str, ...]) -> dict[str, int]:
    """Look symbols up in a program's dynamic symbol table.

    zsh exports its globals because its modules need them, so they are there even in a stripped binary.

    Args:
        path: The program file.
        names: The symbols that are wanted.

    Returns:
        Symbol name to link-time address; names that are not in the table are left out.
    """
    from elftools.common.exceptions import ELFError  # noqa: PLC0415  40 ms that only a watcher should pay
    from elftools.elf.elffile import ELFFile  # noqa: PLC0415  the same

    try:
        with open(path, "rb") as stream:  # noqa: PTH123  pyelftools wants the stream
            table = _hash_table(ELFFile(stream))
            found = {name: table.get_symbol(name) for name in names} if table else {}
            return {name: int(symbol["st_value"]) for name, symbol in found.items() if symbol}
    except (ELFError, OSError):
        return {}


def _hash_table(elf: Any) -> Any:
    for section in (".gnu.hash", ".hash"):
        table = elf.get_section_by_name(section)
        if table is not None:
            return table
    return None
