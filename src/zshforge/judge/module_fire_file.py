"""A recorded self-test, ours or the predecessor's, judged by the same rules."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from zshforge.judge.module_fire import judged
from zshforge.model.errors import ArtifactInvalid, NothingRecorded, ZfError
from zshforge.model.module_fire import Diagnostics, FiredLabel, ModuleFire, RequiredLabel
from zshforge.model.schema import decode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zshforge.judge.required_labels import Requirement


class _Old(Struct, frozen=True, kw_only=True):
    """The predecessor's document, which has zeros for what was not seen."""

    schema: Literal["perf-module-fire-selftest.v1"]
    timestamp: str
    pre_native: Literal[0, 1]
    post_native: Literal[0, 1]
    prompt_native: Literal[0, 1]
    lifecycle_post_ms: float
    lifecycle_prompt_ms: float
    post_segment_count: int
    post_segment_sum_ms: float
    post_segment_labels: tuple[str, ...]
    diagnostics: Diagnostics


def module_fire_of(file: Path, required: Sequence[Requirement], *, strict: bool) -> ModuleFire:
    """Read a document and judge it, whatever it says of itself.

    Args:
        file: A ``module-fire.json``.
        required: Labels that must have fired, besides those that the document requires.
        strict: Whether a finding stops anybody.

    Raises:
        NothingRecorded: There is no such file.
        ArtifactInvalid: It is no self-test.
    """
    made = _read(file)
    known = {label.name for label in made.required}
    more = tuple(_held(one, made) for one in required if one.name not in known)
    return judged(replace(made, required=(*made.required, *more)), strict=strict)


def _read(file: Path) -> ModuleFire:
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise NothingRecorded("there is no such document", where=str(file), hint="zf selftest") from error
    except OSError as error:
        raise ZfError(f"cannot be read: {error.strerror}", where=str(file)) from error
    with contextlib.suppress(msgspec.DecodeError):
        return _ours(msgspec.json.decode(data, type=_Old), file)
    return decode(ModuleFire, data, where=str(file))


def _ours(old: _Old, file: Path) -> ModuleFire:
    """A zero total is what the predecessor wrote for one that it had not seen."""
    if old.post_segment_count < 0 or old.post_segment_sum_ms < 0:
        raise ArtifactInvalid("counts less than nothing", where=str(file))
    names = old.post_segment_labels
    return ModuleFire(
        timestamp=old.timestamp,
        config=file.name,
        framework="unknown",
        verdict="unknown",
        mode="warn",
        exit_code=0,
        reasons=(),
        pre_native=old.pre_native,
        post_native=old.post_native,
        prompt_native=old.prompt_native,
        lifecycle_post_ms=old.lifecycle_post_ms or None,
        lifecycle_prompt_ms=old.lifecycle_prompt_ms or None,
        post_segment_count=old.post_segment_count,
        post_segment_sum_ms=old.post_segment_sum_ms if names else None,
        post_segment_labels=names,
        diagnostics=old.diagnostics,
        labels=tuple(
            FiredLabel(name=name, phase="post_plugin", kind="module", provenance="native")
            for name in dict.fromkeys(names)
        ),
        recommendations=(),
    )


def _held(wanted: Requirement, made: ModuleFire) -> RequiredLabel:
    there = any(label.name == wanted.name for label in made.labels)
    return RequiredLabel(name=wanted.name, why=wanted.why, status="fired" if there else "missing")
