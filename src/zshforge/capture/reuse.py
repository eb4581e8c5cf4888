"""Nothing is measured again when nothing that matters changed: for CI, on request (``capture.reuse``)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from zshforge.model.cache import CachedRun
from zshforge.model.errors import ArtifactInvalid, NothingRecorded
from zshforge.model.run import Run
from zshforge.store.artifacts import read_artifact, write_artifact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zshforge.model.run import Fingerprint
    from zshforge.model.settings import Settings

#: Settings that change what a number means; of the others a run does not depend.
_PLAN = (
    "capture.samples",
    "capture.warmups",
    "capture.path",
    "capture.settle_ms",
    "capture.input_repeats",
    "capture.command_window_ms",
    "capture.repository",
    "capture.required_labels",
    "capture.watch_period_us",
    "capture.look_share",
    "outlier.factor",
    "outlier.mad_z",
)
_TOLD_ONLY = ("load",)

Key = dict[str, str]


class Decision(Struct, frozen=True, kw_only=True):
    """Whether an earlier run answers the question, and why."""

    run: Run | None
    reason: str


def key_of(conditions: Fingerprint, *, config: str, checksum: str | None, settings: Settings) -> Key:
    """Everything that matters for a run, as words."""
    machine = {name: str(value) for name, value in asdict(conditions).items() if name not in _TOLD_ONLY}
    plan = {name: str(settings.values[name].value) for name in _PLAN}
    boundaries = str({word: list(globs) for word, globs in sorted(settings.boundaries.items())})
    return {"config": config, "policy": checksum or "none", "boundaries": boundaries, **machine, **plan}


def find(cache: Path, key: Key) -> Decision:
    """Look for an earlier run that still holds."""
    path = _path(cache, key)
    try:
        cached = read_artifact(path, CachedRun)
    except NothingRecorded:
        return Decision(run=None, reason="measured: no earlier run of this configuration is kept")
    except ArtifactInvalid as error:
        return Decision(run=None, reason=f"measured: the earlier run cannot be read ({error.what})")
    changed = sorted(name for name in key.keys() | cached.key.keys() if key.get(name) != cached.key.get(name))
    if changed:
        told = ", ".join(f"{n} ({cached.key.get(n, 'none')} -> {key.get(n, 'none')})" for n in changed)
        return Decision(run=None, reason=f"measured: changed since the earlier run: {told}")
    stale = sorted(file for file, digest in cached.files.items() if _digest(Path(file)) != digest)
    if stale:
        return Decision(run=None, reason=f"measured: a sourced file changed: {', '.join(stale)}")
    reason = (
        f"reused: the run of {cached.run.timestamp} ({cached.run.run_id}); configuration, machine and plan are the same"
    )
    return Decision(run=cached.run, reason=reason)


def remember(cache: Path, key: Key, run: Run, *, files: Iterable[Path]) -> bool:
    """Keep a whole run; one with a shortfall or a failure is not kept.

    Args:
        cache: The folder of kept runs.
        key: What it was measured under.
        run: The run.
        files: What it sourced from outside of the configuration.

    Returns:
        Whether it was kept.
    """
    if run.auth_shortfall or run.partial or run.failures:
        return False
    digests = {str(file): digest for file in files if (digest := _digest(file)) is not None}
    write_artifact(_path(cache, key), CachedRun(key=key, files=digests, run=run))
    return True


def _path(cache: Path, key: Key) -> Path:
    """One place for each configuration and state, so that a change can be named."""
    name = hashlib.sha256(f"{key['config']}\0{key['state']}".encode()).hexdigest()[:16]
    return cache / f"{name}.json"


def _digest(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None
