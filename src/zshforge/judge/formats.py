"""What a recorded file is, told by its content and never by its name.

Bytes become a ``Document``: a format, the decoded content, the text, and the flaws of the wrapping (not JSON, cut off,
a comma too many, log lines around it). What can still be read behind a flaw is decoded, so that it can be judged too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from zshforge.judge.authentic_signs import Sign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SEGMENT_LINE = re.compile(
    r"^(?:SEGMENT name=\S|MARK name=\S|POST_PLUGIN_SEGMENT \S+ \d|POLICY checksum=|"
    r"(?:PRE_PLUGIN|POST_PLUGIN|PROMPT_READY)_COMPLETE\b)",
    re.MULTILINE,
)
PROGRESS_LINE = re.compile(r"^phase=\w+ state=\w+ .*\btotal_ms=\d", re.MULTILINE)
BENCH_LINE = re.compile(r"^BENCH name=(?P<name>\S+) .*\bper_call_us=(?P<us>[\d.]+)", re.MULTILINE)
_ASYNC_LINE = re.compile(r"^async_\w+=", re.MULTILINE)
_OPTION_LINE = re.compile(r"^[a-z_]+=(?:on|off)$", re.MULTILINE)
_PAIR_LINE = re.compile(r"^[A-Za-z_]\w*=.*$", re.MULTILINE)

#: Text formats, the first that matches wins.
_TEXT_FORMATS = (
    ("segments", SEGMENT_LINE),
    ("progress-log", PROGRESS_LINE),
    ("bench-lines", BENCH_LINE),
    ("async-metrics", _ASYNC_LINE),
    ("options-snapshot", _OPTION_LINE),
    ("key-values", _PAIR_LINE),
)

_STRING_OR_LOOSE_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])')
_LOG_LINE = re.compile(r"^[ \t]*(?:\[[A-Za-z][^\]\"{}]*\][ :]|[A-Z_]{4,} \w+=|#).*$\n?", re.MULTILINE)
_OBJECT_LINE = re.compile(r"^\{", re.MULTILINE)
_NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)
_SCHEMA = re.compile(r'"schema"\s*:\s*"([\w.-]{1,64})"', re.ASCII)
_TAGGED = re.compile(r"\s*\[[A-Za-z]")

#: How many lines that begin an object are tried as the beginning of the last one.
_OBJECTS_TRIED = 50

_NOTHING = object()


class Document(NamedTuple):
    """A file's content: ``content`` is decoded JSON, or ``None`` for text and what could not be decoded."""

    format: str
    content: Any
    text: str
    flaws: tuple[Sign, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """The content when it is an object, else nothing."""
        return self.content if isinstance(self.content, dict) else {}


def _has(*keys: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda fields: all(key in fields for key in keys)


#: Formats of JSON objects without a usable schema name, by the fields that only they have.
_SHAPES: tuple[tuple[str, Callable[[Mapping[str, Any]], bool]], ...] = (
    ("perf-multi.v1", _has("per_run", "aggregate")),
    ("perf-multi-simple.v1", _has("metrics", "authentic_samples")),
    ("perf-baseline", _has("raw_runs")),
    ("preplugin-baseline", _has("samples_ms")),
    ("perf-current", _has("cold_ms", "warm_ms")),
    ("module-ledger", _has("segments", "overall")),
    ("async-manifest", _has("tasks", "task_policy")),
    ("variance-gating-state", _has("mode", "stable_run_count")),
    ("function-collisions", _has("duplicates", "scope")),
    ("badge", _has("label", "message", "color")),
)

#: Schema names of the predecessor whose format goes by another name here.
_RENAMED = {"perf-module-fire-selftest.v1": "module-fire", "module-ledger.v1": "module-ledger"}


def format_of(content: Any) -> str:
    """The name of the format of decoded JSON: its schema's, else that of its shape, else ``json``."""
    if not isinstance(content, dict):
        return "json"
    if not content:
        return "empty-object"
    schema = content.get("schema")
    if isinstance(schema, str) and _NAME.fullmatch(schema):
        return _RENAMED.get(schema, schema)
    return next((name for name, fits in _SHAPES if fits(content)), "json")


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return _NOTHING


def _complaint(text: str) -> str:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        return str(error)
    return ""


def _line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _without_loose_commas(text: str) -> tuple[Any, Sign] | None:
    loose = [m.start() for m in _STRING_OR_LOOSE_COMMA.finditer(text) if m.group() == ","]
    if not loose:
        return None
    repaired = _STRING_OR_LOOSE_COMMA.sub(lambda m: "" if m.group() == "," else m.group(), text)
    content = _decoded(repaired)
    flaw = Sign("doubt", f"not JSON: a comma before a closing bracket (line {_line_of(text, loose[0])})")
    return None if content is _NOTHING else (content, flaw)


def _without_log_lines(text: str) -> tuple[Any, Sign] | None:
    found = _LOG_LINE.search(text)
    content = _decoded(_LOG_LINE.sub("", text)) if found else _NOTHING
    if found is None or content is _NOTHING:
        return None
    return content, Sign("doubt", f"not JSON: log text inside (line {_line_of(text, found.start())})")


def _last_object(text: str) -> tuple[Any, Sign] | None:
    for found in list(_OBJECT_LINE.finditer(text))[-_OBJECTS_TRIED:]:
        content = _decoded(text[found.start() :])
        if content is not _NOTHING:
            line = _line_of(text, found.start())
            return content, Sign("doubt", f"not JSON: log text before the object that begins in line {line}")
    return None


def _text_format(text: str) -> str:
    return next((name for name, line in _TEXT_FORMATS if line.search(text)), "text")


def _not_json(text: str) -> Document:
    looks_json = text.lstrip()[:1] in "{[" and not _TAGGED.match(text)
    for way in (_without_loose_commas, _without_log_lines) if looks_json else (_without_log_lines, _last_object):
        if (found := way(text)) is not None:
            return Document(format_of(found[0]), found[0], text, (found[1],))
    if not looks_json:
        return Document(_text_format(text), None, text)
    complaint = _complaint(text)
    flaw = "half-written: it ends inside a value" if "truncated" in complaint else f"not JSON: {complaint}"
    schema = _SCHEMA.search(text)
    return Document(schema[1] if schema else "json", None, text, (Sign("doubt", flaw),))


def read(data: bytes) -> Document:
    """What the bytes of a file are.

    Args:
        data: The whole content.

    Returns:
        The document; it carries a flaw for each thing that is wrong with its wrapping. Never an error.
    """
    text = data.decode("utf-8", "replace")
    if not text.strip():
        return Document("empty", None, text, (Sign("doubt", "the file is empty"),))
    if "\0" in text:
        return Document("binary", None, text, (Sign("doubt", "binary data, no recorded format"),))
    content = _decoded(text)
    if content is not _NOTHING and not isinstance(content, str | int | float | bool | None):
        return Document(format_of(content), content, text)
    return _not_json(text)
