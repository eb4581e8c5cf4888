"""The records that ``zf integrity`` hands over: counts, verdicts, states."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from zshforge.integrity.comparing import Difference
from zshforge.integrity.finding import make_finding
from zshforge.integrity.locking import sealed_lock
from zshforge.integrity.snapshot import sealed
from zshforge.model.integrity import Finding, FindingKind, Integrity, PluginState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zshforge.integrity.locking import Snapshot
    from zshforge.integrity.places import Places
    from zshforge.integrity.signature import Signed
    from zshforge.integrity.verifying import Checked
    from zshforge.model.integrity import Lock, LockedPlugin

Verdict = Literal["pass", "warn", "fail", "unknown"]
_OTHERS_WRITE, _STICKY = 0o002, 0o1000


def locked_record(  # noqa: PLR0917  a record has as many fields as it has
    config: str, file: str, lock: Lock, snapshot: Snapshot, signed: Signed, notes: Sequence[str], places: Places
) -> Integrity:
    """What was locked, with warnings about what should not be as it is."""
    findings = tuple(_doubts(lock, snapshot, places))
    return Integrity(
        action="lock",
        config=config,
        lock=file,
        digest=lock.digest,
        verdict=_verdict(findings),
        signature=signed.state,
        signer=signed.signer,
        counts=_counts(lock, findings, not_hashed=snapshot.skipped),
        findings=findings,
        plugins=_states(lock.plugins),
        notes=(*notes, *_signature_notes(signed)),
    )


def verified_record(  # noqa: PLR0917  as above
    config: str,
    file: str,
    lock: Lock,
    checked: Checked,
    signed: Signed,
    notes: Sequence[str],
    *,
    hashed: int,
    strict: bool,
    action: Literal["verify", "accept"] = "verify",
) -> Integrity:
    """What became of what was locked.

    Args:
        config: The configuration's label.
        file: The lock's file.
        lock: The lock.
        checked: The comparison.
        signed: What is known of the lock's signature.
        notes: What a reader should know besides.
        hashed: How many files were read for it.
        strict: Whether somebody was named whose signature must be there.
        action: Which command compared.
    """
    findings = (*edited_findings(lock), *_signature_findings(signed, strict=strict), *checked.findings)
    more = {"recompiled": checked.recompiled, "not_hashed": checked.snapshot.skipped, "hashed": hashed}
    return Integrity(
        action=action,
        config=config,
        lock=file,
        digest=sealed_lock(lock).digest,
        verdict=_verdict(findings),
        signature=signed.state,
        signer=signed.signer,
        counts=_counts(lock, findings, **more),
        findings=findings,
        plugins=checked.plugins,
        notes=(*notes, *_signature_notes(signed)),
    )


def status_record(config: str, file: str, lock: Lock, signed: Signed, last: Integrity | None) -> Integrity:
    """What is locked, with the outcome of the last check when it was one of this very lock."""
    known = last if last is not None and last.digest == lock.digest and last.config == config else None
    findings = (*edited_findings(lock), *(known.findings if known else ()))
    told = "the last check of this lock" if known else "this lock was not checked yet: zf integrity verify"
    return Integrity(
        action="status",
        config=config,
        lock=file,
        digest=lock.digest,
        verdict="fail" if signed.state == "invalid" else _verdict(findings) if known or findings else "unknown",
        signature=signed.state,
        signer=signed.signer,
        counts=known.counts if known else _counts(lock, findings),
        findings=findings,
        plugins=known.plugins if known else _states(lock.plugins),
        notes=(told, *_signature_notes(signed)),
    )


def edited_findings(lock: Lock) -> Iterator[Finding]:
    """A lock that does not have the digest that it says."""
    edited = [plugin.name for plugin in lock.plugins if sealed(plugin).digest != plugin.digest]
    if edited or sealed_lock(lock).digest != lock.digest:
        what = f"the lock was edited by hand: {', '.join(edited) or 'its head or its list of plugins'}"
        fix = "take the lock from your repository again, or look through everything and: zf integrity lock"
        yield Finding(kind="lock_edited", level="fail", path="", plugin="", detail=what, fix=fix)


def _signature_findings(signed: Signed, *, strict: bool) -> Iterator[Finding]:
    if signed.state == "invalid":
        what, fix = (
            f"the lock's signature does not hold: {signed.reason}",
            "take lock and signature from their source again",
        )
    elif signed.state == "unsigned" and strict:
        what, fix = "the lock is not signed, and signers were named", "zf integrity sign --key FILE"
    else:
        return
    yield Finding(kind="signature", level="fail", path="", plugin="", detail=what, fix=fix)


def _signature_notes(signed: Signed) -> Iterator[str]:
    if signed.state == "unsigned":
        yield "the lock is unsigned: it shows changes by others, and not by those who can change the lock"
    elif signed.state == "unchecked":
        yield "the lock is signed, and nobody was named whose signature counts: --signers FILE"


def _doubts(lock: Lock, snapshot: Snapshot, places: Places) -> Iterator[Finding]:
    """What a lock holds and should not: it is locked as it is, and told once."""
    for plugin in lock.plugins:
        for difference in _doubts_of(plugin):
            found = make_finding(difference, plugin, places, updated_fails=True)
            yield msgspec.structs.replace(found, level="warn")
    for path in sorted(snapshot.unreadable):
        what = "cannot be read, or does not hold still, so it is not locked"
        yield Finding(kind="unreadable", level="fail", path=places.word(path), plugin="", detail=what)


def _doubts_of(plugin: LockedPlugin) -> Iterator[Difference]:
    for folder in plugin.folders:
        mode = int(folder.mode, 8)
        if mode & _OTHERS_WRITE and not mode & _STICKY:
            yield Difference("permissions", folder.path, f"everybody may write: mode {folder.mode}")
    for file in plugin.files:
        if file.mode and int(file.mode, 8) & _OTHERS_WRITE:
            yield Difference("permissions", file.path, f"everybody may write: mode {file.mode}")
        if file.compiled == "foreign":
            yield Difference(
                "foreign_compiled", file.path, "is not what zsh makes of its source, and is run in its place"
            )
        elif file.compiled == "stale":
            yield Difference("stale_compiled", file.path, "is older than its source; zsh ignores it")


def _verdict(findings: Iterable[Finding]) -> Verdict:
    levels = {finding.level for finding in findings}
    return "fail" if "fail" in levels else "warn" if levels else "pass"


def _counts(lock: Lock, findings: Sequence[Finding], **more: int) -> dict[str, int]:
    files = sum(len(plugin.files) for plugin in lock.plugins)
    touched = {(f.plugin, f.path) for f in findings}
    known = ((p.name, f"{p.root.rstrip('/')}/{file.path}") for p in lock.plugins for file in p.files)
    kinds = Counter[str](finding.kind for finding in findings)
    return {
        "plugins": len(lock.plugins),
        "files": files,
        "unchanged": files - sum(key in touched for key in known) if touched else files,
        **{kind: kinds[kind] for kind in get_args(FindingKind)},
        **more,
    }


def _states(plugins: Iterable[LockedPlugin]) -> tuple[PluginState, ...]:
    return tuple(
        PluginState(
            name=plugin.name,
            root=plugin.root,
            source=plugin.source,
            state="unchanged",
            commit=plugin.commit,
            locked_commit=plugin.commit,
            files=len(plugin.files),
            digest=plugin.digest,
        )
        for plugin in plugins
    )
