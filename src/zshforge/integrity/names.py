r"""Names of files as text that any reader can hold: what is not printable UTF-8 is spelt ``\xNN``, and comes back."""

from __future__ import annotations

import os
import re

_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")
_PLAIN = re.compile(r"[ !-\[\]-~]*", re.ASCII)


def spelt(name: str) -> str:
    """A name with everything that is not printable spelt out; different names stay different.

    Args:
        name: As the system gives it (``surrogateescape``, PEP 383).
    """
    if _PLAIN.fullmatch(name):
        return name
    return "".join(map(_shown, name))


def unspelt(text: str) -> str:
    """The name that :func:`spelt` was given."""
    if "\\" not in text:
        return text
    return os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text.encode()))


def _shown(character: str) -> str:
    if character != "\\" and character.isprintable():
        return character
    return "".join(rf"\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
