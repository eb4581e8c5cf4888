"""Puts together what rules look at: the sessions, one more start that tells of itself, and the copy's files."""

from __future__ import annotations

import os
import stat
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.explain.evidence import Evidence, evidence_of
from zshforge.explain.origins import plugin_of
from zshforge.explain.passes import plan_for
from zshforge.explain.sources import Sources, Told
from zshforge.explain.trials import Trials
from zshforge.integrity.start import StartPlan, may_trace, start
from zshforge.model.errors import SessionFailed
from zshforge.shell.mounts import MOUNTS, read_mounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zshforge.capture.observation import Observation
    from zshforge.capture.subject import Subject
    from zshforge.explain.explain import Facts
    from zshforge.explain.origins import Origins
    from zshforge.integrity.start import Started
    from zshforge.model.explanation import Explanation

_ASKING = Path(__file__).with_name("told.zsh")
_LARGEST = 4_000_000  # no file of code is as large
_QUESTION = "zmodload zsh/parameter; for f in $fpath; do print -rN -- $f; done"
_PATIENCE_S = 10


def gather(explained: Explanation, facts: Facts) -> Evidence:
    """All evidence; ``facts.missing`` gets what could not be had.

    Args:
        explained: The explanation.
        facts: The sessions, and the copy that they ran in.
    """
    subject, origins = facts.subject, facts.origins
    told = _told(facts)
    sources = Sources(lambda file: _content(origins, file), lambda file: editable(subject, origins, file))
    files = {place.file for one in facts.passes.traces for piece in one.pieces for place in piece.places if place.file}
    found = Evidence(
        wall_ms=explained.wall_ms,
        traces=facts.passes.traces,
        records=tuple(seen.records for seen in facts.passes.traced),
        printed=tuple(map(printed, facts.passes.traced)),
        painted=explained.until == "editor",
        told=told,
        sources=sources,
        mounts=read_mounts(MOUNTS),
        compiled=_compiled(origins, files),
        sizes=_sizes(origins, files),
        bench=Trials(facts, told),
        settings=facts.settings,
    )
    return evidence_of(found)


def printed(seen: Observation) -> tuple[tuple[int, bytes], ...]:
    """What a session printed, without the terminal's echo of what we typed."""
    typed = [data.strip(b"\r\n ") for _, data in seen.typed]
    return tuple((us, _without(data, typed)) for us, data in seen.chunks)


def _without(data: bytes, typed: Iterable[bytes]) -> bytes:
    for text in typed:
        data = data.replace(text, b"") if text else data
    return data


def editable(subject: Subject, origins: Origins, file: str) -> bool:
    """Whether a file is the user's own: part of the configuration, and of no checkout or plugin in it."""
    copy, config = origins.copied(file), subject.config
    if copy is None or config.kind not in ("home", "home_dir", "zdotdir", "file") or config.checkout is not None:
        return False
    if plugin_of(file) is not None or not file.startswith("/"):
        return False
    top = subject.home.home if copy.is_relative_to(subject.home.home) else subject.home.zdotdir
    inside = [folder for folder in copy.parents if top is not None and folder != top and folder.is_relative_to(top)]
    return not any((folder / ".git").exists() for folder in inside)


def _place(origins: Origins, file: str) -> Path:
    return origins.copied(file) or Path(file)


def _content(origins: Origins, file: str) -> bytes | None:
    path = _place(origins, file)
    with suppress(OSError):
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= _LARGEST:
            return path.read_bytes()
    return None


def _sizes(origins: Origins, files: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for file in files:
        with suppress(OSError):
            found[file] = _place(origins, file).stat().st_size
    return found


def _compiled(origins: Origins, files: Iterable[str]) -> Mapping[str, bool]:
    """Files with a compiled form, and whether it is older: zsh compares whole seconds (Src/init.c, ``source``)."""
    found: dict[str, bool] = {}
    for file in files:
        path = _place(origins, file)
        with suppress(OSError):
            made = int(path.with_name(path.name + ".zwc").stat().st_mtime)
            found[file] = made < int(path.stat().st_mtime)
    return found


def _told(facts: Facts) -> Told | None:
    subject, settings = facts.subject, facts.settings
    plan = plan_for(subject, settings, None)
    control = subject.home.tmp / "zf-told"
    control.mkdir(exist_ok=True)
    traced = may_trace(control, plan.environment)
    try:
        started = start(
            StartPlan(
                zsh=plan.zsh,
                environment=plan.environment,
                folder=plan.folder,
                control=control,
                columns=plan.columns,
                rows=plan.rows,
                deadline_s=plan.prompt_deadline_s,
                settle_s=plan.settle_ms / 1000,
                settle_max_s=plan.settle_max_ms / 1000,
                traced=traced,
                asking=_ASKING,
            )
        )
    except SessionFailed as error:
        facts.missing["advice.told"] = f"a shell that is asked about itself gave no answer: {error.what}"
        return None
    given = tuple(plan.environment.get("PATH", "").split(":"))
    return _as_told(started, facts.origins, given, _given_fpath(plan.zsh, plan.environment))


def _as_told(started: Started, origins: Origins, given: tuple[str, ...], given_fpath: tuple[str, ...]) -> Told:
    values: dict[str, list[str]] = {}
    for key, value in started.told:
        values.setdefault(key, []).append(value)
    entries = [*values.get("path", ()), *values.get("fpath", ())]
    original, histfile = origins.original, _one(values, "histfile")
    return Told(
        path=tuple(map(original, values.get("path", ()))),
        given_path=tuple(map(original, given)),
        fpath=tuple(map(original, values.get("fpath", ()))),
        given_fpath=tuple(map(original, given_fpath)),
        missing=frozenset(original(entry) for entry in entries if not Path(entry).is_dir()),
        dump=_original(origins, _one(values, "dump")),
        histfile=_original(origins, histfile),
        history_lines=_lines(histfile),
        history_size=_number(_one(values, "histsize")),
        history_saved=_number(_one(values, "savehist")) or 0,
        history_options=tuple(values.get("history", ())),
        highlighters=tuple(values.get("highlighter", ())),
        read=tuple((use, original(asked)) for use, asked, _ in started.files if asked != str(_ASKING)),
    )


def _one(values: Mapping[str, list[str]], key: str) -> str | None:
    return next(iter(values.get(key, [])), "") or None


def _original(origins: Origins, path: str | None) -> str | None:
    return origins.original(path) if path else None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None


def _lines(path: str | None) -> int | None:
    if path is None:
        return None
    try:
        return Path(path).read_bytes().count(b"\n")
    except OSError:
        return None


def _given_fpath(zsh: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """What ``fpath`` is before any file; empty when it cannot be known."""
    clean = {name: value for name, value in environment.items() if name != "FPATH"}
    done = subprocess.run(
        [zsh, "-fc", _QUESTION],
        env=clean,
        capture_output=True,
        timeout=_PATIENCE_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return tuple(os.fsdecode(entry) for entry in done.stdout.split(b"\0") if entry)
