"""Who vouches for a lock: ``ssh-keygen -Y`` (OpenSSH 8.1), with the keys that people have anyway."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from zshforge.model.errors import UsageError, ZfError
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zshforge.model.integrity import Signature

NAMESPACE = "zshforge-integrity"
"""What a signature is good for: one of another purpose does not count (ssh-keygen(1), ``-n``)."""

LIMIT_S = 60.0
"""Seconds that a check has; signing waits as long as somebody needs for a passphrase or a touch."""


class Signed(NamedTuple):
    """What is known of a signature.

    Attributes:
        state: Whether it holds.
        signer: Who signed, when it does.
        reason: Why it does not, in ssh-keygen's words.
    """

    state: Signature
    signer: str = ""
    reason: str = ""


def signature_file(lock: Path) -> Path:
    """Where a lock's signature lies."""
    return lock.with_name(f"{lock.name}.sig")


def sign(lock: Path, key: Path, *, search: str) -> Path:
    """Sign a lock as it lies there.

    Args:
        lock: The lock's file.
        key: A private key, or a public one whose private half an agent holds.
        search: The search path for ssh-keygen.

    Raises:
        UsageError: There is no ssh-keygen, or no such key.
        ZfError: It did not sign.
    """
    if not key.is_file():
        raise UsageError("there is no such key", where=str(key), hint="ssh-keygen -t ed25519 makes one")
    done = _run(["-Y", "sign", "-f", str(key), "-n", NAMESPACE], lock.read_bytes(), search, None)
    if done.returncode != 0 or not done.stdout:
        raise ZfError(f"was not signed: {_last(done.stderr)}", where=str(lock), hint="ssh-add -l")
    atomic_write(signature_file(lock), done.stdout)
    return signature_file(lock)


def check(lock: Path, content: bytes, signers: Path | None, *, search: str) -> Signed:
    """Check the signature that lies beside a lock.

    Args:
        lock: The lock's file.
        content: What was read from it; the file is not read again.
        signers: Whose signatures count (ssh-keygen(1), ALLOWED SIGNERS); ``None`` checks nothing.
        search: The search path for ssh-keygen.

    Raises:
        UsageError: There is no ssh-keygen, or no such list of signers.
    """
    place = signature_file(lock)
    if signers is not None and not signers.is_file():
        raise UsageError("there is no such list of signers", where=str(signers), hint="man ssh-keygen, ALLOWED SIGNERS")
    if not os.path.lexists(place):
        return Signed("unsigned")
    if signers is None:
        return Signed("unchecked")
    found = _run(["-Y", "find-principals", "-f", str(signers), "-s", str(place)], b"", search, LIMIT_S)
    if found.returncode != 0:
        return Signed("invalid", reason=f"nobody who counts signed it ({_last(found.stderr)})")
    for principal in found.stdout.decode(errors="replace").split():
        words = ["-Y", "verify", "-f", str(signers), "-I", principal, "-n", NAMESPACE, "-s", str(place)]
        if _run(words, content, search, LIMIT_S).returncode == 0:
            return Signed("valid", signer=principal)
    return Signed("invalid", reason="the signature is of another content, or of another purpose")


def _run(words: Sequence[str], data: bytes, search: str, limit_s: float | None) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which("ssh-keygen", path=search)
    if program is None:
        raise UsageError("ssh-keygen is not installed", hint="apt install openssh-client")
    try:
        return subprocess.run([program, *words], input=data, capture_output=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise ZfError("ssh-keygen does not answer", where=program, hint=f"{program} {' '.join(words[:2])}") from error


def _last(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no reason told"
