"""Known slowdowns, measured: how often `zf compare` finds what was put into a configuration, and in which time.

Usage: python benchmarks/detection_real.py FILE [ROUNDS [SECONDS]]     (a quarter of a minute for each comparison)

Each round compares a configuration of some 40 ms with itself and one slowdown, for each of them. FILE gets a line for
each comparison; a call goes on where an interrupted one ended, and begins nothing after so many seconds. Prints a
Markdown table.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

START = "PS1='%m> '\nfor (( i = 0; i < 24000; i++ )); do :; done\n. ${ZDOTDIR:-$HOME}/more.zsh\n"
BUSY = "zmodload zsh/datetime; float -g since=$EPOCHREALTIME; while (( EPOCHREALTIME < since + {} )); do :; done\n"
SLOWER = {
    "+5 ms in a file": BUSY.format(0.005),
    "+5 ms in a hook": f"precmd() {{\n{BUSY.format(0.005)}}}\n",
    "+5 ms in an exec": "/bin/sleep 0.004\n",
    "+20 %": BUSY.format(0.007),
}
GOAL_S = 60.0


def configuration(folder: Path, more: str) -> Path:
    """A configuration that reads one more file."""
    folder.mkdir()
    (folder / ".zshrc").write_text(START)
    (folder / "more.zsh").write_text(more)
    return folder


def compared(name: str, seed: int, folder: Path) -> dict[str, Any]:
    """One comparison with one slowdown."""
    before = configuration(folder / "before", "# nothing\n")
    after = configuration(folder / "after", SLOWER[name])
    words = [sys.executable, "-m", "zshforge", "compare", str(before), str(after), "--seed", str(seed)]
    begin = time.monotonic()
    done = subprocess.run([*words, "--json", "--quiet"], cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begin
    if not done.stdout:
        sys.exit(f"not measured: {done.stderr}")
    made: dict[str, Any] = json.loads(done.stdout)
    found = made["metrics"].get("first_prompt_ms", {})
    return {
        "slowdown": name,
        "seed": seed,
        "verdict": made["verdict"],
        "seconds": round(seconds, 1),
        "pairs": sum(stage["rounds"] for stage in made["stages"]),
        "difference_ms": found.get("difference_ms"),
        "before_ms": found.get("before_ms"),
    }


def table(rows: list[dict[str, Any]]) -> None:
    """What was found, by slowdown."""
    print("| slowdown | comparisons | found | within 60 s | first prompt, ms | slower by, ms | seconds | pairs |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for name in SLOWER:
        of = [row for row in rows if row["slowdown"] == name and row["difference_ms"] is not None]
        if not of:
            continue
        found = [row for row in of if row["verdict"] == "fail"]
        soon = sum(row["seconds"] <= GOAL_S for row in found)
        middles = [median(row[key] for row in of) for key in ("before_ms", "difference_ms", "seconds", "pairs")]
        print(f"| {name} | {len(of)} | {len(found)} | {soon} | {' | '.join(f'{value:.1f}' for value in middles)} |")


def main() -> int:
    """Go on, then tell."""
    file, rounds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10  # noqa: PLR2004  the second word
    limit = time.monotonic() + (float(sys.argv[3]) if len(sys.argv) > 3 else 1e9)  # noqa: PLR2004  the third word
    file.touch()
    names = list(SLOWER)
    for index in range(len(file.read_text().splitlines()), rounds * len(names)):
        if time.monotonic() > limit:
            break
        with tempfile.TemporaryDirectory() as folder:
            made = compared(names[index % len(names)], index, Path(folder))
        with file.open("a") as lines:
            lines.write(json.dumps(made) + "\n")
    table([json.loads(line) for line in file.read_text().splitlines()])
    return 0


if __name__ == "__main__":
    sys.exit(main())
