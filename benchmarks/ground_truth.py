"""Known delays must be found where they are: in .zshrc, in a sourced file, in a hook, in a widget, after the prompt.

Usage: python benchmarks/ground_truth.py [SESSIONS]

Each configuration is captured together with the same one without the delay, interleaved; the difference of medians
must be the delay within 1 ms or 5 %. Prints a Markdown table; exit status 1 when one is off.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

WAIT = "zmodload zsh/zselect; zselect -t {cs}"
SPIN = (
    "zmodload zsh/datetime; float -g until; (( until = EPOCHREALTIME + {s} )); while (( EPOCHREALTIME < until )) {{ }}"
)
RELATIVE, ABSOLUTE_MS = 0.05, 1.0


class Case(NamedTuple):
    """One configuration: its text with a hole for the work, the delay, and what must show it."""

    name: str
    text: str
    delay_ms: float
    metric: str
    segment: str = ""


CASES = (
    Case("sleep in .zshrc", "{work}", 40, "first_prompt_ms", ".zshrc"),
    Case("busy in .zshrc", "{spin}", 25, "first_prompt_ms", ".zshrc"),
    Case("sleep in a sourced file", "source ${{${{(%):-%x}}:A:h}}/inner.zsh", 60, "first_prompt_ms", "inner.zsh"),
    Case("sleep in a compiled file", "source ${{${{(%):-%x}}:A:h}}/zwc.zsh", 50, "first_prompt_ms", "zwc.zsh"),
    Case("sleep in a precmd hook", "slow() {{ {work} }}; precmd_functions+=(slow)", 20, "command_ms"),
    Case(
        "sleep in a widget",
        "slow() {{ zle .self-insert; (( $#BUFFER < 161 )) || {{ {work} }} }}; zle -N self-insert slow",
        30,
        "input_ms",
    ),
    Case(
        "sleep after the prompt",
        "late() {{ zle -D zle-line-init; {work} }}; zle -N zle-line-init late",
        70,
        "first_command_ms",
    ),
)


def write(folder: Path, case: Case, *, slow: bool) -> Path:
    """A ZDOTDIR with the case's .zshrc, with or without the delay."""
    folder.mkdir()
    work = WAIT.format(cs=round(case.delay_ms / 10)) if slow else ":"
    spin = SPIN.format(s=case.delay_ms / 1000) if slow else ":"
    (folder / ".zshrc").write_text(case.text.format(work=work, spin=spin) + "\n")
    for name in ("inner.zsh", "zwc.zsh"):
        (folder / name).write_text(work + "\n")
    subprocess.run(["zsh", "-fc", f"zcompile {folder}/zwc.zsh"], check=True)
    return folder


def difference(case: Case, folder: Path, sessions: int) -> tuple[float, float | None]:
    """What the delay changed in the metric, and what its segment shows."""
    slow, fast = (write(folder / name, case, slow=name == "slow") for name in ("slow", "fast"))
    zf = [sys.executable, "-m", "zshforge", "capture", f"zdotdir:{slow}", f"zdotdir:{fast}", "-n", str(sessions)]
    done = subprocess.run([*zf, "--json", "--quiet"], capture_output=True, text=True, check=True)
    with_delay, without = json.loads(done.stdout)["runs"]
    medians = [run["latencies"][case.metric]["median"] for run in (with_delay, without)]
    found = next((s["ms"]["median"] for s in with_delay["segments"] if s["name"] == case.segment), None)
    return medians[0] - medians[1], found


def good(found: float, wanted: float) -> bool:
    """Within 1 ms or 5 %."""
    return abs(found - wanted) <= max(ABSOLUTE_MS, RELATIVE * wanted)


def main() -> int:
    """All cases, one line each."""
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    failed = 0
    print("| known delay | ms | in the latency | in the segment |\n|---|---|---|---|")
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            change, segment = difference(case, Path(folder), sessions)
        right = good(change, case.delay_ms) and (not case.segment or good(segment or 0.0, case.delay_ms))
        failed += not right
        shown = "" if segment is None else f"{segment:.2f} ({case.segment})"
        print(
            f"| {case.name} | {case.delay_ms:g} | {change:.2f} ({case.metric}) | {shown} |{'' if right else ' **off**'}"
        )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
