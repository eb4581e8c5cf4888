"""The acts on a lock file: making it, checking it, accepting a change, telling its state."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from zshforge.integrity.locking import make_lock, sealed_lock
from zshforge.integrity.observing import observe
from zshforge.integrity.places import places_of
from zshforge.integrity.result import edited_findings, locked_record, status_record, verified_record
from zshforge.integrity.shell_list import shell_list
from zshforge.integrity.signature import Signed, check, sign, signature_file
from zshforge.integrity.verifying import verify
from zshforge.model.errors import NothingRecorded, UsageError, ZfError
from zshforge.model.integrity import Acceptance, Acceptances, Integrity, Lock
from zshforge.model.schema import decode
from zshforge.store.artifacts import read_artifact, write_artifact
from zshforge.store.atomic import atomic_write
from zshforge.store.turns import sole_writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from zshforge.integrity.locking import Tools
    from zshforge.integrity.observing import Observed, Surroundings
    from zshforge.integrity.verifying import Checked
    from zshforge.shell.config import Config


class Subject(NamedTuple):
    """A configuration with its lock, and what to work with.

    Attributes:
        config: What is locked.
        lock: The lock's file.
        signers: Whose signatures count, if that is to be checked.
        tools: What to work with.
        around: What a start needs.
        search: The search path for ssh-keygen.
        result: Where the last check is kept.
    """

    config: Config
    lock: Path
    signers: Path | None
    tools: Tools
    around: Surroundings
    search: str
    result: Path


class Act(NamedTuple):
    """Who accepts a change, when and why."""

    who: str
    when: str
    reason: str


def lock_config(subject: Subject, *, key: Path | None = None, listed: Path | None = None) -> Integrity:
    """Make a lock and put it in the place of the one before, which is kept beside it.

    Args:
        subject: What to lock.
        key: Signs the lock.
        listed: Where the list that a shell checks by itself is to lie.

    Raises:
        SessionFailed: The configuration did not start.
        UsageError: The key cannot be used.
        ZfError: The file system refused; the old lock is untouched.
    """
    observed = _observed(subject)
    lock, snapshot = make_lock(subject.config.kind, observed, places_of(subject.config), subject.tools)
    with _turn(subject):
        _replace(subject.lock, lock)
        signed = _signed(subject, key)
    subject.tools.cache.save()
    notes = (*observed.notes, *_trouble(subject), *_listed(lock, listed))
    places = places_of(subject.config)
    return locked_record(subject.config.label, str(subject.lock), lock, snapshot, signed, notes, places)


def verify_config(subject: Subject) -> Integrity:
    """Compare a configuration with its lock; nothing of it is run.

    Raises:
        NothingRecorded: There is no lock.
        ArtifactInvalid: The lock is no whole lock.
        UsageError: The lock is of another kind of configuration.
    """
    lock, signed = read_lock(subject)
    checked = _checked(subject, lock)
    subject.tools.cache.save()
    record = verified_record(
        subject.config.label,
        str(subject.lock),
        lock,
        checked,
        signed,
        _trouble(subject, lock),
        hashed=subject.tools.cache.hashed,
        strict=subject.signers is not None,
    )
    with suppress(ZfError):  # a workspace that cannot be written does not keep anybody from a verdict
        write_artifact(subject.result, record)
    return record


def accept(subject: Subject, name: str, act: Act) -> Integrity:
    """Take one plugin, as it is now, into the lock; everything else stays as it was locked.

    Args:
        subject: The configuration.
        name: The plugin, also one that is not locked yet, or is gone.
        act: Who, when and why.

    Raises:
        UsageError: There is no such plugin, locked or loaded.
        NothingRecorded: There is no lock.
    """
    fresh, _ = make_lock(subject.config.kind, _observed(subject), places_of(subject.config), subject.tools)
    with _turn(subject):
        lock, _ = read_lock(subject)
        merged = _merged(lock, fresh, name)
        checked = _checked(subject, lock)
        accepted = tuple(finding for finding in checked.findings if finding.plugin == name)
        before, after = _digest(lock, name), _digest(merged, name)
        journal = _journal(subject.lock)
        entry = Acceptance(plugin=name, before=before, after=after, findings=accepted, **act._asdict())
        write_artifact(
            journal_file(subject.lock), msgspec.structs.replace(journal, accepted=(*journal.accepted, entry))
        )
        _replace(subject.lock, merged)
        left = _checked(subject, merged)
    subject.tools.cache.save()
    missing = sorted({p.name for p in fresh.plugins} - {p.name for p in merged.plugins})
    notes = [f"loaded now, and not locked: {spoken}" for spoken in missing]
    if os.path.lexists(signature_file(subject.lock.with_name(_previous(subject.lock)))):
        notes.append("the lock changed, so its signature went; sign it again: zf integrity sign")
    return verified_record(
        subject.config.label,
        str(subject.lock),
        merged,
        left,
        Signed("unsigned"),
        notes,
        hashed=subject.tools.cache.hashed,
        strict=False,
        action="accept",
    )


def sign_lock(subject: Subject, key: Path) -> Path:
    """Sign the lock as it is; one that was edited by hand is refused.

    Raises:
        NothingRecorded: There is no lock.
        ZfError: The lock does not have the digest that it says, or was not signed.
    """
    with _turn(subject):
        lock, _ = read_lock(subject._replace(signers=None))
        if list(edited_findings(lock)):
            raise ZfError("was edited by hand, so it is not signed", where=str(subject.lock), hint="zf integrity lock")
        return sign(subject.lock, key, search=subject.search)


def status(subject: Subject) -> Integrity:
    """What is locked, and what the last check of this lock found; nothing is compared.

    Raises:
        NothingRecorded: There is no lock.
        ArtifactInvalid: The lock is no whole lock.
    """
    lock, signed = read_lock(subject)
    last: Integrity | None = None
    with suppress(ZfError):
        last = read_artifact(subject.result, Integrity)
    return status_record(subject.config.label, str(subject.lock), lock, signed, last)


def read_lock(subject: Subject) -> tuple[Lock, Signed]:
    """The lock and what is known of its signature, both of the same bytes."""
    try:
        content = subject.lock.read_bytes()
    except FileNotFoundError as error:
        raise NothingRecorded("there is no lock", where=str(subject.lock), hint="zf integrity lock") from error
    except OSError as error:
        raise ZfError(f"cannot be read: {error.strerror}", where=str(subject.lock)) from error
    signed = check(subject.lock, content, subject.signers, search=subject.search)
    return decode(Lock, content, where=str(subject.lock)), signed


def journal_file(lock: Path) -> Path:
    """Where it is written down what was accepted."""
    return lock.with_name(f"{lock.name.removesuffix('.json')}.accepted.json")


def _observed(subject: Subject) -> Observed:
    if subject.config.kind == "git":
        what = "a revision names its content by itself, so there is nothing to lock"
        raise UsageError(what, where=subject.config.label, hint="lock the folder that it is checked out to")
    return observe(subject.config, subject.around)


def _checked(subject: Subject, lock: Lock) -> Checked:
    fails = subject.around.settings.flag("integrity.updated_fails")
    return verify(lock, places_of(subject.config), subject.tools, updated_fails=fails)


def _trouble(subject: Subject, lock: Lock | None = None) -> tuple[str, ...]:
    notes = [subject.tools.cache.trouble] if subject.tools.cache.trouble else []
    if lock is not None and lock.zsh != subject.tools.zsh.text:
        notes.append(f"the lock was made with zsh {lock.zsh}, and this is {subject.tools.zsh.text}")
    return tuple(notes)


def _listed(lock: Lock, place: Path | None) -> Iterator[str]:
    """Writes the list for shells, and tells the line of ``trust-anchors`` that says which list it is."""
    if place is not None:
        content = shell_list(lock)
        atomic_write(place, content)
        yield f"trust anchor of the list: integrity-list {hashlib.sha256(content).hexdigest()}"


def _signed(subject: Subject, key: Path | None) -> Signed:
    if key is None:
        return Signed("unsigned")
    sign(subject.lock, key, search=subject.search)
    return check(subject.lock, subject.lock.read_bytes(), subject.signers, search=subject.search)


def _turn(subject: Subject) -> AbstractContextManager[None]:
    timeout_s = subject.around.settings.number("integrity.lock_timeout_ms") / 1000
    return sole_writer(subject.lock.parent, timeout_s)


def _replace(path: Path, lock: Lock) -> None:
    """The new lock in the place of the old one; one with the same content stays, with its signature."""
    with suppress(ZfError):
        if read_artifact(path, Lock) == lock:
            return
    with suppress(FileNotFoundError):
        previous = path.with_name(_previous(path))
        atomic_write(previous, path.read_bytes())
        _move_signature(path, previous)
    write_artifact(path, lock)


def _move_signature(old: Path, new: Path) -> None:
    signature_file(new).unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        signature_file(old).rename(signature_file(new))


def _previous(path: Path) -> str:
    return f"{path.name.removesuffix('.json')}.previous.json"


def _merged(lock: Lock, fresh: Lock, name: str) -> Lock:
    """The old lock with one plugin as it is now."""
    known = {plugin.name: plugin for plugin in lock.plugins}
    new = {plugin.name: plugin for plugin in fresh.plugins}
    if name not in known and name not in new:
        raise UsageError(f"nothing is locked or loaded as {name}", hint=", ".join(sorted(known | new)))
    kept = {key: plugin for key, plugin in known.items() if key != name}
    plugins = kept | ({name: new[name]} if name in new else {})
    above = {folder.path: folder for folder in (*fresh.above, *lock.above)}
    return sealed_lock(
        msgspec.structs.replace(
            lock,
            fpath=fresh.fpath,
            above=tuple(above[path] for path in sorted(above)),
            plugins=tuple(plugins[key] for key in sorted(plugins)),
        )
    )


def _digest(lock: Lock, name: str) -> str:
    return next((plugin.digest for plugin in lock.plugins if plugin.name == name), "")


def _journal(lock: Path) -> Acceptances:
    try:
        return read_artifact(journal_file(lock), Acceptances)
    except NothingRecorded:
        return Acceptances()
