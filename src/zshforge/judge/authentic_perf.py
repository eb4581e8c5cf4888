"""Judging the predecessor's JSON with times in it: single runs, several runs, baselines, benchmarks."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from zshforge.judge.authentic_signs import (
    Sign,
    constant_ratio,
    copied,
    fixed_share,
    follows,
    identical,
    number,
    numbers,
    quantum,
)
from zshforge.judge.authentic_text import bench_runs, share_words
from zshforge.stats.describe import mean, median, population_stddev, relative, sample_stddev

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zshforge.judge.formats import Document

_PHASES = ("pre_plugin_cost_ms", "post_plugin_cost_ms", "prompt_ready_ms")
_NAMES = {"pre_plugin_cost_ms": "pre", "post_plugin_cost_ms": "post", "post_plugin_total_ms": "post"}
_NAMES |= {"prompt_ready_ms": "prompt", "cold_ms": "cold", "warm_ms": "warm"}

#: Words for a prompt that the shell itself reported.
_NATIVE = ("native", "native_equal_post")

#: From this many functions with the same median on, or this many medians told twice, it is no coincidence.
_SHARED_MEDIANS = 3


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(values: Any) -> list[dict[str, Any]]:
    return [row for row in values if isinstance(row, dict)] if isinstance(values, list) else []


def column_signs(columns: Mapping[str, Sequence[float]], *, native: bool = False) -> Iterator[Sign]:
    """What the columns of several samples show: fixed shares, constant ratios, copies, repeats, zeros.

    Args:
        columns: Milliseconds by phase (``pre``, ``post``, ``prompt``, ``cold``, ``warm``), one for each sample.
        native: Whether the shell itself reported the prompt, so that equality in milliseconds may be true.
    """
    pre, post, prompt = (list(columns.get(name, ())) for name in ("pre", "post", "prompt"))
    shared = fixed_share(pre, post) or fixed_share(pre, prompt)
    if shared:
        yield Sign("made_up", share_words())
    if copied(prompt, post) and not native:
        yield Sign("made_up", f"prompt is identical to post in every sample ({_listed(post)} ms): it was copied")
    if not shared:
        yield from _ratio("pre", pre, "post", post)
        yield from _ratio("pre", pre, "prompt", prompt)
    # The prompt's time contains the post total, so the two move together: only what is beyond it can give them away.
    beyond = [round(p - q, 6) for p, q in zip(prompt, post, strict=False)]
    yield from _ratio("what is between post and prompt", beyond, "post", post)
    yield from _ratio("warm", columns.get("warm", ()), "cold", columns.get("cold", ()))
    for name, values in columns.items():
        if identical(values):
            yield Sign("made_up", f"all {len(values)} values of {name} are identical ({values[0]:g} ms)")
    if any((pre, post, prompt)) and not any((*pre, *post, *prompt)):
        yield Sign("made_up", "pre, post and prompt are all zero: no marker was seen, and zeros were written")


def _ratio(one: str, parts: Sequence[float], other: str, wholes: Sequence[float]) -> Iterator[Sign]:
    if constant_ratio(parts, wholes):
        share = median([p / w for p, w in zip(parts, wholes, strict=False) if p > 0 and w > 0]) or 0.0
        yield Sign("made_up", f"{one} / {other} is the same in all {len(parts)} samples ({share:.4f})")


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{v:g}" for v in values[:3]) + (", …" if len(values) > 3 else "")  # noqa: PLR2004  a few


def _statistics(name: str, recorded: Mapping[str, Any], values: Sequence[float]) -> Iterator[Sign]:
    spreads = (population_stddev(values), sample_stddev(values))
    truths: dict[str, tuple[float | None, ...]] = {
        "mean": (mean(values),),
        "stddev": spreads,
        "min": (min(values, default=None),),
        "max": (max(values, default=None),),
        "rsd": tuple(relative(spread, mean(values)) for spread in spreads),
    }
    for key, truth in truths.items():
        if (sign := follows(f"{name} {key}".strip(), recorded.get(key), *truth)) is not None:
            yield sign


def _impossible(fields: Mapping[str, Any]) -> Iterator[Sign]:
    pre, post = (number(fields.get(key)) for key in _PHASES[:2])
    cold, warm = number(fields.get("cold_ms")), number(fields.get("warm_ms"))
    if pre is None or post is None or cold is None or warm is None or pre <= 0:
        return
    wall = (cold + warm) / 2
    if pre + post > wall + 2 * quantum([pre, post, cold, warm]):
        yield Sign(
            "made_up",
            f"pre ({pre:g} ms) and post ({post:g} ms) follow each other, and together outlast the start ({wall:g} ms)",
        )


def _native_flags(fields: Mapping[str, Any]) -> Iterator[Sign]:
    flags = _object(fields.get("markers_observed"))
    wanted = ("pre_native_any", "post_native_any", "prompt_native_all")
    absent = [name.split("_")[0] for name in wanted if flags.get(name) not in (1, True)]
    provenance = fields.get("marker_provenance")
    if absent:
        yield Sign("doubt", f"no native marker for {', '.join(absent)}")
    if provenance not in _NATIVE:
        yield Sign("doubt", f"the provenance of the prompt is {provenance or 'not recorded'}")
    if not absent and provenance in _NATIVE:
        yield Sign("proof", "pre, post and prompt were reported by the shell itself")


def judge_current(document: Document) -> Iterator[Sign]:
    """A single run (one cold, one warm session)."""
    fields = document.fields
    native = fields.get("marker_provenance") in _NATIVE
    found = {_NAMES[key]: n for key in _PHASES if (n := number(fields.get(key))) is not None}
    yield from column_signs({name: [value] for name, value in found.items()}, native=native)
    yield from _halves(fields)
    if missing := [name for name in ("pre", "post", "prompt") if not found.get(name)]:
        yield Sign("doubt", f"no {', no '.join(missing)} total")
    if fields.get("segments_available") is True and not fields.get("post_plugin_segments"):
        yield Sign("doubt", "segments_available is true, and there is no segment in it")
    yield from _impossible(fields)
    walls = [n for key in ("cold_ms", "warm_ms") if (n := number(fields.get(key))) is not None]
    middle = mean(walls)
    if middle is not None and (sign := follows("mean_ms", fields.get("mean_ms"), middle, float(int(middle)))):
        yield sign
    yield from _native_flags(fields)


def _halves(fields: Mapping[str, Any]) -> Iterator[Sign]:
    names = {"pre": "pre_plugin_ms", "post": "post_plugin_ms", "prompt": "prompt_ready_ms"}
    pairs = {short: [fields.get(f"{half}_{name}") for half in ("cold", "warm")] for short, name in names.items()}
    columns = {short: numbers(pair) for short, pair in pairs.items()}
    if all(len(column) == 2 for column in columns.values()):  # noqa: PLR2004  cold and warm
        for sign in column_signs(columns, native=fields.get("marker_provenance") in _NATIVE):
            yield Sign(sign.weight, f"cold and warm: {sign.text}")


def _claims(fields: Mapping[str, Any], words: Sequence[Any]) -> Iterator[Sign]:
    claimed, salvaged = number(fields.get("authentic_samples")) or 0, [w for w in words if w not in _NATIVE]
    if words and salvaged and claimed > len(words) - len(salvaged):
        yield Sign(
            "made_up",
            f"{claimed:g} samples are counted as authentic, {len(salvaged)} of {len(words)} have a prompt that is "
            f"{'/'.join(sorted({str(w or 'of no recorded provenance') for w in salvaged}))}",
        )
    elif salvaged or not words:
        yield Sign("doubt", "not every sample has a native prompt")
    else:
        yield Sign("proof", f"the shell itself reported the prompt in all {len(words)} samples")


def _as_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    keys = (*_PHASES, "cold_ms", "warm_ms")
    columns = {_NAMES[key]: numbers([row.get(key) for row in rows]) for key in keys}
    return {name: column for name, column in columns.items() if len(column) == len(rows)}


def judge_multi(document: Document) -> Iterator[Sign]:
    """Several runs, ``perf-multi.v1``: rows, aggregates and the claims about them."""
    fields, rows = document.fields, _rows(document.fields.get("per_run"))
    if not rows:
        yield Sign("doubt", "no run in it")
        return
    words = [row.get("prompt_provenance") for row in rows]
    columns = _as_columns(rows)
    yield from column_signs(columns, native=all(word in _NATIVE for word in words))
    yield from _claims(fields, words)
    if any(name not in columns or 0 in columns[name] for name in ("pre", "post", "prompt")):
        yield Sign("doubt", "not every run has all three totals")
    for key, told in _object(fields.get("aggregate")).items():
        yield from _aggregate(key, _object(told), columns.get(_NAMES.get(key, key)))
    for row in rows:
        yield from _impossible(row)
    if not fields.get("segments"):
        yield Sign("note", "no segment in it")


def _aggregate(key: str, told: Mapping[str, Any], column: Sequence[float] | None) -> Iterator[Sign]:
    values = numbers(told.get("values"))
    if column is not None and values and list(column) != values:
        yield Sign("made_up", f"{key}: the values of the aggregate are not those of the runs")
    if values:
        yield from _statistics(key, told, values)


def judge_simple(document: Document) -> Iterator[Sign]:
    """Several runs, ``perf-multi-simple.v1``: values without any provenance."""
    metrics = _object(document.fields.get("metrics"))
    values = {key: numbers(_object(told).get("values")) for key, told in metrics.items()}
    columns = {_NAMES.get(key, key): column for key, column in values.items() if column}
    if not columns:
        yield Sign("doubt", "no value in it")
        return
    yield from column_signs(columns)
    for key, told in metrics.items():
        if values[key]:
            yield from _statistics(key, _object(told), values[key])
    yield Sign("doubt", "no provenance for any value: nothing shows that the shell reported them")


def judge_baseline(document: Document) -> Iterator[Sign]:
    """The old baseline of whole starts: raw runs with their statistics, raw and filtered."""
    fields = document.fields
    for kind in ("raw", "filtered") if "filtered_runs" in fields else ("raw",):
        values = numbers(fields.get(f"{kind}_runs"))
        told = {"mean": fields.get(f"{kind}_mean_ms"), "stddev": fields.get(f"{kind}_stddev_ms")}
        yield from _values(kind, values, told)
        name = f"{kind}_relative_stddev"
        if sign := follows(name, fields.get(name), *_percent(values, *told.values())):
            yield sign
    raw = numbers(fields.get("raw_runs"))
    if len(raw) >= _SHARED_MEDIANS and all(value % 10 == 0 for value in raw):
        yield Sign("note", f"all {len(raw)} values are multiples of 10: a clock of 10 ms, or typed by hand")
    yield Sign("doubt", "plausible, not provable: no marker, no provenance, no clock and no machine is recorded")


def _percent(values: Sequence[float], told_mean: Any, told_stddev: Any) -> list[float]:
    """The relative spread in percent: from the values by either definition, or from the rounded statistics."""
    spreads = [*(relative(s, mean(values)) for s in (population_stddev(values), sample_stddev(values)))]
    spreads.append(relative(number(told_stddev), number(told_mean)))
    return [100 * share for share in spreads if share is not None]


def judge_preplugin(document: Document) -> Iterator[Sign]:
    """The old pre-plugin baseline: a list of samples with its statistics."""
    fields = document.fields
    values = numbers(fields.get("samples_ms"))
    told = {key: fields.get(f"{key}_ms") for key in ("mean", "min", "max")} | {"stddev": fields.get("stdev_ms")}
    yield from _values("", values, told)
    if str(fields.get("tag", "")).startswith("fast"):
        yield Sign("doubt", f"tag {fields['tag']}: the fast mode wrote a share of the total as the pre-plugin time")
    yield Sign("doubt", "no provenance and no stamp for any sample")


def _values(name: str, values: Sequence[float], told: Mapping[str, Any]) -> Iterator[Sign]:
    if not values:
        yield Sign("doubt", f"no {name or 'sample'} value in it")
        return
    if not any(values):
        yield Sign("made_up", f"all {len(values)} {name} values are zero".replace("  ", " "))
    if identical(values):
        yield Sign("made_up", f"all {len(values)} {name} values are identical".replace("  ", " "))
    signs = list(_statistics(name, told, values))
    yield from signs
    if not signs and len(set(values)) > 1:
        yield Sign("note", f"the {name} values vary, and the statistics follow from them".replace("  ", " "))


def _shared(medians: Mapping[str, float]) -> Iterator[Sign]:
    names: dict[float, list[str]] = defaultdict(list)
    for name, value in medians.items():
        names[value].append(name)
    repeated = {value: len(group) for value, group in names.items() if len(group) > 1}
    if sum(repeated.values()) >= _SHARED_MEDIANS:
        told = ", ".join(f"{value:g} us for {count} functions" for value, count in repeated.items())
        yield Sign("made_up", f"medians are repeated across functions ({told}): samples of one ran into the next")


def judge_bench(document: Document) -> Iterator[Sign]:
    """Micro-benchmarks, ``bench-core.v1``, with or without the lines of their runs around them."""
    fields, rows = document.fields, _rows(document.fields.get("functions"))
    medians = {str(r.get("name")): n for r in rows if (n := number(r.get("median_per_call_us"))) is not None}
    if not medians:
        yield Sign("doubt", "no benchmarked function in it")
        return
    yield from _shared(medians)
    shimmed = sum(1 for row in rows if row.get("shimmed"))
    if shimmed:
        yield Sign("made_up", f"{shimmed} of {len(rows)} functions are shimmed: a no-op was timed in their place")
    if (count := number(fields.get("shimmed_count"))) is not None and count != shimmed:
        yield Sign("made_up", f"shimmed_count says {count:g}, the functions say {shimmed}")
    if failed := [row.get("name") for row in rows if row.get("rc")]:
        yield Sign("doubt", f"{len(failed)} functions failed while they were timed (rc above 0)")
    runs = bench_runs(document.text)
    for name, value in medians.items():
        if sign := follows(f"median of {name}", value, median(runs.get(name, ()))):
            yield sign
    if not runs:
        yield Sign("doubt", "medians only: the runs behind them are not in the file")
