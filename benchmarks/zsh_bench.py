"""Runs zsh-bench on homes, in interleaved passes: what the benchmarks beside other configurations share."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LATENCIES = {
    "first prompt": "first_prompt_lag_ms",
    "first command": "first_command_lag_ms",
    "command": "command_lag_ms",
    "input": "input_lag_ms",
}
FEATURES = {
    "C": "has_compsys",
    "H": "has_syntax_highlighting",
    "S": "has_autosuggestions",
    "G": "has_git_prompt",
}
EXIT = "exit_time_ms"

Values = dict[str, list[float]]


def environment(home: Path) -> dict[str, str]:
    """What zsh-bench gets, and nothing else."""
    return {
        "HOME": str(home),
        "SHELL": "/usr/bin/zsh",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "USER": os.environ.get("USER", "root"),
        "LOGNAME": os.environ.get("USER", "root"),
    }


def one_pass(
    home: Path, script: Path, iterations: int, *, git: str = "yes", extra: Mapping[str, str] | None = None
) -> Values:
    """One pass of zsh-bench over one home.

    Args:
        home: A folder with start files.
        script: The program ``zsh-bench`` in a checkout of it.
        iterations: Sessions.
        git: The repository: yes (10,000 files), empty or no.
        extra: Variables of the environment besides the fixed ones.
    """
    # Without -f the start files of the home would be read by zsh-bench itself, and what they export handed on.
    command = ["zsh", "-f", str(script), "--raw", "--git", git, "--iters", str(iterations)]
    variables = environment(home) | dict(extra or {})
    done = subprocess.run(command, env=variables, cwd=home, capture_output=True, text=True, check=False)
    rows = re.findall(r"^([a-z_]+)=\( *(.*?) *\)$", done.stdout, re.MULTILINE)
    if not rows:
        raise SystemExit(f"zsh-bench failed on {home}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return {name: [float(word) for word in words.split()] for name, words in rows}


def interleaved(runs: Mapping[str, tuple[Path, Path]], iterations: int, passes: int) -> dict[str, Values]:
    """All values of each run, by its name.

    Args:
        runs: Home and script of each.
        iterations: Sessions in a pass.
        passes: Rounds over all runs.
    """
    found: dict[str, Values] = {name: defaultdict(list) for name in runs}
    for turn in range(passes):
        for name, (home, script) in runs.items():
            print(f"pass {turn + 1}: {name}", file=sys.stderr, flush=True)
            for metric, values in one_pass(home, script, iterations).items():
                found[name][metric] += values
    return found
