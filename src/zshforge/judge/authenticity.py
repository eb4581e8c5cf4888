"""Whether recorded data are measurements: each file is recognised, judged by what it claims, and given its reasons."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zshforge.judge import authentic_baseline as baseline
from zshforge.judge import authentic_current as current
from zshforge.judge import authentic_derived as derived
from zshforge.judge import authentic_perf as perf
from zshforge.judge import authentic_run as own
from zshforge.judge import authentic_text as lines
from zshforge.judge.authentic_signs import verdict_of
from zshforge.judge.formats import read
from zshforge.model.authenticity import AuthenticityReport, FileAuthenticity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from zshforge.judge.authentic_signs import Sign
    from zshforge.judge.formats import Document

#: Who judges which format. To add one: teach ``formats`` to recognise it, and add a line here.
JUDGES: Mapping[str, Callable[[Document], Iterator[Sign]]] = {
    "perf-multi.v2": own.judge_run,
    "perf-set.v1": own.judge_run_set,
    "perf-current.v2": current.judge_current_sample,
    "baseline.v1": baseline.judge_baseline_record,
    "preplugin-baseline.v2": baseline.judge_preplugin_record,
    "perf-current": perf.judge_current,
    "perf-multi.v1": perf.judge_multi,
    "perf-multi-simple.v1": perf.judge_simple,
    "perf-baseline": perf.judge_baseline,
    "preplugin-baseline": perf.judge_preplugin,
    "bench-core.v1": perf.judge_bench,
    "segments": lines.judge_segments,
    "progress-log": lines.judge_progress,
    "bench-lines": lines.judge_bench_lines,
    "async-metrics": derived.judge_async_metrics,
    "async-manifest": derived.judge_manifest,
    "module-fire": derived.judge_module_fire,
    "variance-state.v1": derived.judge_variance_state,
    "variance-gating-state": derived.judge_gating_state,
    "governance-badge.v1": derived.judge_governance,
    "module-ledger": derived.judge_ledger,
    "badge": derived.judge_badge,
    "options-snapshot": derived.judge_options,
    "function-collisions": derived.judge_collisions,
}


def judge_content(path: str, data: bytes) -> FileAuthenticity:
    """Judges the content of a file.

    Args:
        path: What to call it in the verdict.
        data: All of its bytes.

    Returns:
        The verdict with at least one reason. Anything can be judged; nothing raises.
    """
    document = read(data)
    judge = JUDGES.get(document.format, derived.judge_nothing)
    signs = document.flaws
    if document.content is not None or not document.flaws:
        signs += tuple(judge(document))
    verdict, reasons = verdict_of(signs)
    return FileAuthenticity(path=path, verdict=verdict, format=document.format, reasons=reasons)


def _printable(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def judge_file(path: Path) -> FileAuthenticity:
    """Judges one file; one that cannot be read is unknown, with the reason."""
    name = _printable(path)
    try:
        if path.exists() and not path.is_file():
            reason = "not a regular file"
        else:
            return judge_content(name, path.read_bytes())
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    return FileAuthenticity(path=name, verdict="unknown", format="unreadable", reasons=(reason,))


def judge_files(paths: Iterable[Path]) -> AuthenticityReport:
    """Judges files in the order in which they are named."""
    return AuthenticityReport(files=tuple(judge_file(path) for path in paths))
