"""Rules on long ways: the network, chains of programs, folders of other machines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from zshforge.explain.evidence import NOTHING, Cost, same_places
from zshforge.explain.rules.places import where
from zshforge.explain.rules.rule import Finding, Rule
from zshforge.model.advice import RulePage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zshforge.explain.evidence import Evidence
    from zshforge.explain.trace import Spot
    from zshforge.model.explanation import Place
    from zshforge.shell.perf import ProcessRecord

_ALWAYS = frozenset(
    {"curl", "wget", "ssh", "scp", "sftp", "rsync", "ping", "dig", "nslookup", "host", "nc", "ncat", "telnet", "ftp"}
)
#: Programs that go out for some of their commands.
_SOMETIMES = (
    ("git", re.compile(r"\bgit\b.*\b(?:fetch|pull|clone|push|ls-remote|submodule)\b")),
    ("brew", re.compile(r"\bbrew\s+(?:update|upgrade|outdated|install)\b")),
    ("npm", re.compile(r"\bnpm\s+(?:outdated|update|view|install|i)\b")),
    ("pip", re.compile(r"\bpip3?\s+(?:install|list\s+--outdated|index)\b")),
    ("gcloud", re.compile(r"\bgcloud\b")),
    ("aws", re.compile(r"\baws\b")),
    ("az", re.compile(r"\baz\b")),
    ("kubectl", re.compile(r"\bkubectl\s+(?:get|version|cluster-info)\b")),
    ("apt", re.compile(r"\bapt(?:-get)?\s+update\b")),
)


def _goes_out(evidence: Evidence, spot: Spot | None, name: str) -> bool:
    first = name.split(",", maxsplit=1)[0]
    if first in _ALWAYS:
        return True
    words = next((words for program, words in _SOMETIMES if program == first), None)
    return words is not None and spot is not None and evidence.sources.find(spot, words) is not None


def _network(evidence: Evidence) -> Iterator[Finding]:
    least = evidence.settings.number("advice.least_ms")
    for ran in evidence.ran():
        if ran.waited.ms < least or not _goes_out(evidence, ran.spot, ran.place.name):
            continue
        place = f"{ran.spot[0]}:{ran.spot[1]}" if ran.spot else "a line that is not known"
        yield Finding(
            code="ZF134",
            message=f"the start waits for the network: {ran.place.name.split(',')[0]}",
            how="Do it on request, or once a day behind the prompt: { … } &!",
            spot=ran.spot,
            evidence=(f"{place} waited {ran.waited.ms:.1f} ms; on a slower network it is more",),
            cost=ran.waited,
            saving=ran.waited,
            count=ran.count,
            claims=frozenset([ran.spot] if ran.spot else []),
        )


class _Chain(NamedTuple):
    place: Place
    programs: tuple[str, ...]
    us: int
    """From the first program to the last."""


def _chains(evidence: Evidence) -> Iterator[Finding]:
    least, most = evidence.settings.number("advice.least_ms"), evidence.settings.integer("advice.exec_chain")
    same = same_places(evidence.traces)
    each = [
        [
            chain
            for child in one.children
            if child.foreground and (chain := _chain(same.get(child.place, child.place), child.pid, records))
        ]
        for one, records in zip(evidence.traces, evidence.records, strict=True)
    ]
    places = dict.fromkeys(chain.place for chains in each for chain in chains if len(chain.programs) > most)
    for place in places:
        mine = [[chain for chain in chains if chain.place == place] for chains in each]
        ms = [
            sum(chain.us for chain in chains) / max(one.us, 1) * evidence.wall_ms
            for one, chains in zip(evidence.traces, mine, strict=True)
        ]
        saving = Cost(sum(ms) / len(ms), (max(ms) - min(ms)) / 2)
        if saving.ms < least or not all(mine):
            continue
        spot = (place.file, place.line) if place.file and place.line else None
        yield Finding(
            code="ZF132",
            message=f"{mine[0][0].programs[-1]} is reached through {len(mine[0][0].programs) - 1} other programs",
            how="Call it by its own path, or put its folder in PATH before the shims.",
            spot=spot,
            evidence=(f"{' → '.join(mine[0][0].programs)}: {saving.ms:.1f} ms before the last one runs",),
            cost=evidence.waited(place),
            saving=saving,
            count=len(mine[0]),
            claims=frozenset([spot] if spot else []),
        )


def _chain(place: Place, pid: int, records: Sequence[ProcessRecord]) -> _Chain | None:
    steps = [record for record in records if record.kind == "exec" and record.pid == pid]
    if len(steps) < 2:  # noqa: PLR2004  a chain has two ends
        return None
    return _Chain(place, tuple(step.command for step in steps), steps[-1].stamp_us - steps[0].stamp_us)


def _mounted(evidence: Evidence) -> Iterator[Finding]:
    told = evidence.told
    lists = {"PATH": told.path, "fpath": told.fpath} if told else {}
    rows: list[tuple[str, Spot | None]] = []
    for name, entries in lists.items():
        for entry in dict.fromkeys(entries):
            kind = evidence.network(entry)
            if kind:
                rows.append((f"{name}: {entry} ({kind})", where(evidence, name, entry)))
    files = [(file, kind) for file in evidence.files() if (kind := evidence.network(file))]
    rows += [(f"sourced: {file} ({kind})", (file, 1)) for file, kind in files]
    if not rows:
        return
    yield Finding(
        code="ZF143",
        message=f"the start looks at folders of other machines: {', '.join(text for text, _ in rows[:3])}",
        how="Copy what is read at each start to this machine; put such folders at the end of PATH.",
        spot=next((spot for _, spot in rows if spot), None),
        evidence=tuple(text for text, _ in rows),
        cost=sum((evidence.inside_file(file) for file, _ in files), NOTHING) if files else None,
        reason="how long the same takes from this machine was not measured",
        count=len(rows),
    )


CHAIN = Rule(
    page=RulePage(
        code="ZF132",
        title="A program is reached through a chain of others",
        why="A shim is a script that starts a manager, which looks for the version and starts the program: three to "
        "six programs, one after the other.",
        evidence="One process that became at least `advice.exec_chain` programs before its last, as the kernel saw.",
        saving="The measured time from the first of these programs to the last.",
        how="Ask the manager once (rbenv which node), and use that path in start files.",
        silent="Fewer programs, or a kernel that gives no records.",
    ),
    find=_chains,
)
NETWORK = Rule(
    page=RulePage(
        code="ZF134",
        title="The start waits for the network",
        why="It takes as long as the network does, and for ever without one.",
        evidence="A program that goes out, by its name and, where it does not always, by the words of its line; the "
        "shell waited for it.",
        saving="The measured wait, with the network as it was.",
        how="Do it on request, once a day, or behind the prompt.",
        example="""\
() { # once a day, behind the prompt
  local -a today=(~/.cache/motd(Nmh-24))
  (( $#today )) || { curl -sm5 https://example.org/motd >| ~/.cache/motd } &!
}""",
        silent="It runs in the background.",
    ),
    find=_network,
)
MOUNTED = Rule(
    page=RulePage(
        code="ZF143",
        title="Folders of other machines",
        why="Each file that is looked for there is a question over the network, also one that is not found.",
        evidence="An entry of PATH or fpath, or a sourced file, on a file system whose files come from elsewhere "
        "(nfs, cifs, sshfs, 9p, drvfs and their like).",
        saving="Not told: the same start without them was not measured.",
        how="Copy what each start reads, and put such folders last.",
        silent="Systems that do not tell their mounts.",
    ),
    find=_mounted,
)
NETWORKS = (CHAIN, NETWORK, MOUNTED)
