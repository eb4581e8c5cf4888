"""What to do about a cost: rules (``rule.v1``), findings of an explanation, and changes of files (``fixes.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: What a finding saves: time to the prompt, of a key, or of an empty command.
Metric = Literal["start", "input", "command"]


class Edit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines of one file that are replaced."""

    file: str
    """The file, as the user knows it."""
    line: int
    """The first line, counted from 1; one more than there are adds at the end."""
    remove: tuple[str, ...] = ()
    """The lines that must stand there."""
    insert: tuple[str, ...] = ()
    """The lines that take their place."""


class Fix(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mechanical change after which the shell does the same."""

    edits: tuple[Edit, ...] = ()
    """Changes of text."""
    compiles: tuple[str, ...] = ()
    """Files that zsh compiles (``zcompile``), so that ``FILE.zwc`` is made or made anew."""


class Advice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to do about a cost, with its evidence."""

    code: str
    """The rule that found it (``ZF…``)."""
    message: str
    """What is so."""
    how: str
    """What to do."""
    file: str | None = None
    """Where."""
    line: int | None = None
    """The line in that file."""
    evidence: tuple[str, ...] = ()
    """What was seen, one observation each."""
    cost_ms: float | None = None
    """What it costs now, measured; ``null`` where nothing measured it."""
    count: int | None = None
    """How often it was seen in one start."""
    metric: Metric = "start"
    """What the saving is a part of: the start, the echo of a key (``input``), or the next prompt (``command``)."""
    saving_ms: float | None = None
    """What it should bring; ``null`` when that cannot be told."""
    saving_spread_ms: float | None = None
    """How far that may be off."""
    reason: str | None = None
    """Why there is no saving."""
    fix: Fix | None = None
    """What ``zf explain --fix`` would change."""
    reference: str
    """Where the rule is explained."""


class RulePage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule of the advice."""

    schema: Literal["rule.v1"] = "rule.v1"
    code: str
    """Its name, for ever."""
    title: str
    """What is wrong where it fires."""
    why: str
    """Why that costs."""
    evidence: str
    """What must have been seen."""
    saving: str
    """Where the promised saving comes from."""
    how: str
    """What to do."""
    example: str = ""
    """Lines of zsh."""
    fix: str | None = None
    """What ``--fix`` changes; ``null`` where no mechanical change is safe."""
    silent: str
    """When it says nothing."""


class RuleList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every rule of the advice (``rules.v1``)."""

    schema: Literal["rules.v1"] = "rules.v1"
    rules: tuple[RulePage, ...]
    """By code."""


class Fixed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of one file."""

    file: str
    """The file, as the user knows it."""
    codes: tuple[str, ...]
    """The rules that it is changed for."""
    diff: str
    """The change, as ``diff -u`` writes it; empty for a file that is compiled."""
    written: bool = False
    """Whether it was changed; else it is only shown."""
    kept: str | None = None
    """Where the old file lies."""


class Fixes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mechanical changes of an explanation's advice (``fixes.v1``)."""

    schema: Literal["fixes.v1"] = "fixes.v1"
    config: str
    """The configuration."""
    files: tuple[Fixed, ...]
    """One entry for each file."""
    left: tuple[str, ...] = ()
    """Findings that need a person, by code."""
