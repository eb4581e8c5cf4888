"""The schema registry: every record that may stand in a file or on standard output, by its schema's name.

To add one: give the record a field ``schema: Literal["name.v1"] = "name.v1"`` and add a line to ``_RECORDS``.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import msgspec
from msgspec import Struct, structs

from zshforge.model.advice import Fixes, RuleList, RulePage
from zshforge.model.async_states import AsyncStates
from zshforge.model.authenticity import AuthenticityReport
from zshforge.model.baseline import Baseline, PrepluginBaseline
from zshforge.model.baseline_list import BaselineList
from zshforge.model.bench import BenchBaseline, BenchRun
from zshforge.model.bisection import Bisection
from zshforge.model.budget import Budget
from zshforge.model.cache import CachedRun
from zshforge.model.comparison import Comparison
from zshforge.model.current import Current
from zshforge.model.difference import PerfDiff
from zshforge.model.doctor import Doctor
from zshforge.model.errors import ArtifactInvalid, UsageError
from zshforge.model.explanation import Explanation
from zshforge.model.integrity import Acceptances, Integrity, Lock
from zshforge.model.ledger import Ledger, LedgerDiff, LedgerHistory
from zshforge.model.lifecycle import Built, Installation, Uninstallation
from zshforge.model.module_fire import ModuleFire
from zshforge.model.proof import ExplanationDiff, Proof
from zshforge.model.recording import Replay
from zshforge.model.run import Run, RunSet
from zshforge.model.settings import SettingsReport
from zshforge.model.variance import VarianceState

if TYPE_CHECKING:
    from collections.abc import Mapping

_S = TypeVar("_S", bound=Struct)

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Entry(Struct, frozen=True, kw_only=True):
    """One registered schema."""

    name: str
    struct: type[Struct]
    title: str
    files: tuple[str, ...] = ()
    """Where its documents lie, below the workspace's ``artifacts``."""


class SchemaRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One schema as ``zf schema`` lists it."""

    name: str
    """Its name and version."""
    title: str
    """What its documents are."""
    files: tuple[str, ...]
    """Where its documents lie, below the workspace's ``artifacts``."""


class SchemaList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every schema that this zf reads and writes (``schemas.v1``)."""

    schema: Literal["schemas.v1"] = "schemas.v1"
    schemas: tuple[SchemaRow, ...]
    """By name."""


def _entry(struct: type[Struct], title: str, *files: str) -> Entry:
    field = next(field for field in structs.fields(struct) if field.name == "schema")
    return Entry(name=str(field.default), struct=struct, title=title, files=files)


_RECORDS = (
    _entry(Run, "the samples of one configuration under one plan", "metrics/perf-multi-current.json"),
    _entry(RunSet, "several configurations, interleaved in one session"),
    _entry(Current, "the last sample of a configuration, cold and warm", "metrics/perf-current.json"),
    _entry(
        Baseline,
        "a recorded run that later ones are held against",
        "metrics/perf-baseline.json",
        "metrics/baselines/*.json",
    ),
    _entry(PrepluginBaseline, "what the pre-plugin phase cost, raw and filtered", "metrics/preplugin-baseline.json"),
    _entry(PerfDiff, "what became of each segment between two recorded runs", "metrics/perf-diff.json"),
    _entry(Budget, "the costs of a run, held against their budgets", "metrics/perf-budget.json"),
    _entry(
        Ledger,
        "what each module of a start costs",
        "metrics/perf-ledger.json",
        "metrics/ledger-history/*.json",
    ),
    _entry(LedgerDiff, "two ledgers side by side"),
    _entry(VarianceState, "how steady recorded runs are, and what that allows", "metrics/variance-state.json"),
    _entry(LedgerHistory, "the ledgers of a workspace, oldest first"),
    _entry(BaselineList, "the baselines of a workspace, and whether they may be used here"),
    _entry(
        Comparison,
        "whether one configuration is slower than another, in interleaved pairs",
        "metrics/comparison.json",
        "metrics/trials/*.json",
    ),
    _entry(Bisection, "which commit, file and lines made a configuration slower"),
    _entry(CachedRun, "a run that may be used again, with everything that must still be the same", "cache/*.json"),
    _entry(BenchRun, "what calls of zsh functions cost", "metrics/bench-core.json"),
    _entry(BenchBaseline, "what calls of zsh functions are held against", "metrics/bench-core-baseline.json"),
    _entry(Replay, "what a session's terminal showed, with stamps"),
    _entry(Explanation, "where the time to the prompt goes"),
    _entry(RulePage, "one rule of the advice"),
    _entry(RuleList, "every rule of the advice"),
    _entry(Fixes, "mechanical changes for an explanation's advice, shown or made"),
    _entry(ExplanationDiff, "what is dearer in one configuration than in another, by name"),
    _entry(Proof, "what a part of a configuration really costs"),
    _entry(ModuleFire, "whether markers and segments of a configuration fire", "metrics/module-fire.json"),
    _entry(AuthenticityReport, "whether recorded data are measurements"),
    _entry(Doctor, "whether this machine can measure, and what makes its timing noisy"),
    _entry(Lock, "what shells of a configuration read, file by file"),
    _entry(Integrity, "what became of what was locked", "metrics/integrity-current.json"),
    _entry(Acceptances, "changes that were accepted into a lock: what, why, who, when"),
    _entry(AsyncStates, "whether anything ran before a prompt, and in which steps", "metrics/async-states.json"),
    _entry(Built, "a configuration whose plugins are found and whose bundle is compiled"),
    _entry(Installation, "what an installation did, so that it can be undone to the byte"),
    _entry(Uninstallation, "what was given back when an installation was undone"),
    _entry(SettingsReport, "what is set here and by whom"),
    _entry(SchemaList, "every schema that this zf reads and writes"),
)

#: Entry by schema name.
REGISTRY: Mapping[str, Entry] = {entry.name: entry for entry in _RECORDS}

_BY_STRUCT = {entry.struct: entry for entry in _RECORDS}


def lookup(name: str) -> Entry:
    """The entry of that name.

    Raises:
        UsageError: There is none; names the closest.
    """
    if name in REGISTRY:
        return REGISTRY[name]
    close = get_close_matches(name, REGISTRY, n=1) or ["zf schema, which lists every name"]
    raise UsageError(f"there is no schema {name}", hint=close[0])


def encode(record: Struct) -> bytes:
    """A registered record as indented JSON in UTF-8 with a final newline.

    Raises:
        UsageError: The record's type is not registered.
    """
    if type(record) not in _BY_STRUCT:
        raise UsageError(f"{type(record).__name__} is not in the schema registry")
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


@overload
def decode(kind: type[_S], data: bytes, *, where: str) -> _S: ...
@overload
def decode(kind: str | None, data: bytes, *, where: str) -> Struct: ...
def decode(kind: type[Struct] | str | None, data: bytes, *, where: str) -> Struct:
    """Reads a document and checks it against its schema.

    Args:
        kind: The schema's name or the record's type, or ``None`` for whatever the document says it is.
        data: The document.
        where: The file or command that it came from, for messages.

    Raises:
        ArtifactInvalid: Empty, cut off, not JSON, another kind or version, or with a wrong field (its path is named).
        UsageError: ``kind`` is not registered.
    """
    wanted = None if kind is None else lookup(kind) if isinstance(kind, str) else _BY_STRUCT[kind]
    entry = _entry_of(data, where)
    if wanted is not None and entry is not wanted:
        raise ArtifactInvalid(f"holds {entry.name} where {wanted.name} belongs", where=where)
    try:
        return msgspec.json.decode(data, type=entry.struct)
    except msgspec.ValidationError as error:
        raise ArtifactInvalid(f"is not {entry.name}: {error}", where=where) from error


def _entry_of(data: bytes, where: str) -> Entry:
    document = _parsed(data, where)
    if not isinstance(document, dict):
        raise ArtifactInvalid("is JSON, but not an object", where=where)
    name = document.get("schema")
    if not isinstance(name, str):
        raise ArtifactInvalid("names no schema, so no zf wrote it", where=where)
    if name in REGISTRY:
        return REGISTRY[name]
    current = next((known for known in REGISTRY if known.rpartition(".")[0] == name.rpartition(".")[0]), None)
    if current is None:
        raise ArtifactInvalid(f"is of the unknown schema {name}", where=where)
    raise ArtifactInvalid(f"is {name}, of another version: this zf reads {current}", where=where)


def _parsed(data: bytes, where: str) -> Any:
    if not data.strip():
        raise ArtifactInvalid("is empty", where=where)
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = "ends too early" if "truncated" in str(error) else f"is not JSON: {error}"
        raise ArtifactInvalid(reason, where=where) from error


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a registered record.

    Raises:
        UsageError: There is no such schema.
    """
    entry = lookup(name)
    document = msgspec.json.schema(entry.struct)
    # msgspec lets a field with a default be absent; a document without its schema's name is refused by decode
    definition = document["$defs"][entry.struct.__name__]
    definition["required"] = ["schema", *definition.get("required", ())]
    return {"$schema": DIALECT, "title": f"{entry.name}: {entry.title}", **document}


def schema_list() -> SchemaList:
    """Every registered schema, by name."""
    entries = sorted(_RECORDS, key=lambda entry: entry.name)
    rows = (SchemaRow(name=entry.name, title=entry.title, files=entry.files) for entry in entries)
    return SchemaList(schemas=tuple(rows))
