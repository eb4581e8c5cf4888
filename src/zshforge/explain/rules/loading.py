"""Rules on files that are read twice, and on files that zsh parses anew at every start."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.explain.evidence import NOTHING
from zshforge.explain.origins import plugin_of
from zshforge.explain.rules.rule import Finding, Rule
from zshforge.model.advice import Fix, RulePage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zshforge.explain.evidence import Cost, Evidence, Span
    from zshforge.explain.trace import Spot
    from zshforge.model.explanation import Place

_KB = 1000
_TOLD = 4  # files in one message
_ENDS = (".plugin.zsh", ".zsh-theme", ".zsh", ".sh")
#: Plugins that do the same work.
_SAME = {"fast-syntax-highlighting": "zsh-syntax-highlighting", "F-Sy-H": "zsh-syntax-highlighting"}
_PLUGINS = frozenset(
    {"zsh-autosuggestions", "zsh-syntax-highlighting", "fast-syntax-highlighting", "F-Sy-H", "zsh-completions"}
    | {"zsh-history-substring-search", "zsh-autocomplete", "fzf-tab", "zsh-vi-mode", "powerlevel10k", "zsh-z", "z"}
    | {"zsh-you-should-use", "zsh-abbr", "zsh-autopair", "pure", "spaceship", "k"}
)


def _is_file(name: str, place: Place) -> bool:
    return place.kind == "file" and place.name == name


def _again(evidence: Evidence) -> Iterator[Finding]:
    exact = evidence.told.times_sourced() if evidence.told and evidence.told.read is not None else None
    for name in _begun_again(evidence):
        every = evidence.spans(partial(_is_file, name))
        # Between two reads that follow each other at once there may have been no look.
        apart = [(one, found) for one, found in zip(evidence.traces, every, strict=True) if len(found) > 1]
        runs = [found for _, found in apart]
        if not runs or (exact is not None and exact[name] <= 1):
            continue
        count = min(map(len, runs))
        told_apart = replace(evidence, traces=tuple(one for one, _ in apart))
        saving = told_apart.cost_of([found[1:] for found in runs], lambda span: span.us)
        if saving.ms < evidence.settings.number("advice.least_ms"):
            continue
        spots = [span.caller for span in runs[0]]
        yield Finding(
            code="ZF121",
            message=f"{name} is sourced {count} times",
            how="Source it once; leave the later lines out, or let the file return when it was read before.",
            spot=spots[-1],
            evidence=tuple(f"sourced at {_at(spot)}" for spot in spots[:_TOLD]),
            cost=evidence.inside_file(name),
            saving=saving,
            count=count,
            claims=frozenset(spot for spot in spots[1:] if spot and spot != spots[0]),
        )


def _begun_again(evidence: Evidence) -> list[str]:
    """The files that began more than once in every session."""
    begun = [
        Counter({place.name: count for place, count in one.begun.items() if place.kind == "file"})
        for one in evidence.traces
    ]
    return [name for name in (begun[0] if begun else ()) if all(one[name] > 1 for one in begun)]


def _at(spot: Spot | None) -> str:
    return f"{spot[0]}:{spot[1]}" if spot else "a line that is not known"


def _stem(file: str) -> str:
    name = PurePath(file).name
    return next((name.removesuffix(end) for end in _ENDS if name.endswith(end)), name)


def _plugin(file: str) -> str | None:
    """The plugin that a file is the main file of."""
    stem = _stem(file)
    if file.endswith(".plugin.zsh") or stem in _PLUGINS or plugin_of(file) == stem:
        return _SAME.get(stem, stem)
    return None


def main_files(evidence: Evidence, plugin: str) -> list[str]:
    """The sourced main files of a plugin."""
    return [file for file in evidence.files() if _stem(file) == plugin]


def _plugin_twice(evidence: Evidence) -> Iterator[Finding]:
    places: dict[str, dict[str, str]] = {}
    for file in evidence.files():
        plugin = _plugin(file)
        if plugin:
            places.setdefault(plugin, {}).setdefault(str(PurePath(file).parent), file)
    for plugin, folders in places.items():
        later = list(folders.values())[1:]
        saving = sum(map(evidence.inside_file, later), NOTHING)
        if not later or saving.ms < evidence.settings.number("advice.least_ms"):
            continue
        yield _doubled(evidence, plugin, list(folders.values()), saving)


def _doubled(evidence: Evidence, plugin: str, files: Sequence[str], saving: Cost) -> Finding:
    runs = [_runs_of(evidence, file) for file in files]
    spots = [next((span.caller for found in one for span in found), None) for one in runs]
    names = " and ".join(dict.fromkeys(map(_stem, files)))
    same = f"{names} do the same work" if len(set(map(_stem, files))) > 1 else f"{plugin} is loaded from two places"
    return Finding(
        code="ZF122",
        message=same,
        how="Keep one of them.",
        spot=spots[-1],
        evidence=tuple(f"{file}, loaded at {_at(spot)}" for file, spot in zip(files, spots, strict=True)),
        cost=sum(map(evidence.inside_file, files), NOTHING),
        saving=saving,
        count=len(files),
        claims=frozenset([(file, 0) for file in files[1:]] + [spot for spot in spots[1:] if spot]),
    )


def _runs_of(evidence: Evidence, file: str) -> tuple[tuple[Span, ...], ...]:
    return evidence.spans(lambda place: place.kind == "file" and place.name == file)


def _uncompiled(evidence: Evidence) -> Iterator[Finding]:
    least = evidence.settings.number("advice.compile_kb") * _KB
    files = [
        file for file in evidence.files() if evidence.sizes.get(file, 0) >= least and file not in evidence.compiled
    ]
    yield from _parsed(
        evidence, "ZF123", files, "not compiled", "Compile them: zcompile FILE, again after each change."
    )


def _stale(evidence: Evidence) -> Iterator[Finding]:
    files = [file for file in evidence.files() if evidence.compiled.get(file)]
    yield from _parsed(
        evidence, "ZF124", files, "compiled, but changed since, so that zsh reads the text", "Compile them again."
    )


def _parsed(evidence: Evidence, code: str, files: Sequence[str], what: str, how: str) -> Iterator[Finding]:
    parsed = evidence.bench.parsing(files) if files else {}
    costs = {file: min(cost, evidence.own_of_file(file), key=lambda one: one.ms) for file, cost in parsed.items()}
    ordered = sorted(costs, key=lambda file: -costs[file].ms)
    saving = sum(costs.values(), NOTHING)
    if not costs or saving.ms < evidence.settings.number("advice.least_ms"):
        return
    own = tuple(file for file in ordered if evidence.sources.editable(file))
    yield Finding(
        code=code,
        message=f"{len(costs)} sourced {'file is' if len(costs) == 1 else 'files are'} {what}",
        how=how,
        spot=(ordered[0], 1),
        evidence=tuple(f"{file}: {costs[file].ms:.1f} ms to parse" for file in ordered[:_TOLD]),
        cost=saving,
        saving=saving,
        count=len(costs),
        fix=Fix(compiles=own) if own else None,
    )


AGAIN = Rule(
    page=RulePage(
        code="ZF121",
        title="A file is sourced more than once",
        why="The second reading does the same work again.",
        evidence="The file began more than once in every session; where the kernel tells what was read, it agrees.",
        saving="The measured time of every reading but the first, with everything inside.",
        how="Leave the later lines out. .zshenv is read by every zsh, .zprofile by login shells, .zshrc by "
        "interactive ones: what stands in one of them need not stand in the next.",
        silent="A file that is read once, or whose second reading is over at once because it looks for that.",
    ),
    find=_again,
)
PLUGIN_TWICE = Rule(
    page=RulePage(
        code="ZF122",
        title="A plugin is loaded twice",
        why="Two copies wrap the same widgets and hooks: each key then runs through both.",
        evidence="Main files of one plugin, or of two plugins for the same work, were sourced from different folders.",
        saving="The measured time of every copy but the first.",
        how="Keep one: the framework's list of plugins, the package of the system, or the line in .zshrc.",
        silent="Files of one plugin in one folder; files with common names (init.zsh).",
    ),
    find=_plugin_twice,
)
UNCOMPILED = Rule(
    page=RulePage(
        code="ZF123",
        title="Big files are not compiled",
        why="zsh parses a sourced file at every start; FILE.zwc beside it is mapped into memory instead.",
        evidence="A sourced file of at least `advice.compile_kb`, without a .zwc beside it.",
        saving="Parsing the text of these files in this zsh, measured several times; no more than they take.",
        how="zcompile FILE for each of them, and again after each change: an older .zwc is ignored.",
        example="""\
# at the end of .zshrc, after the prompt is there:
for file in ~/.zshrc ~/.zcompdump; do
  [[ -s $file && ! $file.zwc -nt $file ]] && zcompile -R -- $file
done &!""",
        fix="The user's own files are compiled.",
        silent="Smaller files, and files that cannot be parsed alone.",
    ),
    find=_uncompiled,
)
STALE = Rule(
    page=RulePage(
        code="ZF124",
        title="A compiled file is older than its source",
        why="zsh looks at both, ignores the older .zwc, and parses the text.",
        evidence="A sourced file with a .zwc beside it that is older.",
        saving="Parsing the text of these files in this zsh, measured several times.",
        how="zcompile FILE again, or remove the .zwc.",
        fix="The user's own files are compiled again.",
        silent="The .zwc is as young as its source, or younger.",
    ),
    find=_stale,
)

LOADING = (AGAIN, PLUGIN_TWICE, UNCOMPILED, STALE)
