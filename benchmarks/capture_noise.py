"""Captures noise: many sessions of configurations that never change, one after the other, for `simulated_noise.py`.

Usage: python benchmarks/capture_noise.py FILE [SESSIONS]      (five configurations, a second each for all five)

Writes the latencies of each, in the order in which they were taken, with where they come from. Nothing else should
run on the machine, unless that is what you want to know.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from zshforge.capture.campaign import Campaign, Request, capture
from zshforge.model.settings import load_settings
from zshforge.shell.config import resolve
from zshforge.shell.zsh import find_zsh

METRICS = ("first_prompt_ms", "first_command_ms", "command_ms")
LOOP = "for (( i = 0; i < {} ; i++ )); do :; done\n"
CONFIGURATIONS = {
    "bare": "",
    "a short loop": LOOP.format(24_000),
    "forks and a loop": "repeat 30 x=$(:)\n" + LOOP.format(18_000) + "repeat 8 /bin/true\n",
    "a long loop": LOOP.format(150_000),
    "builtin": None,
}


def series(name: str, text: str | None, sessions: int, folder: Path) -> dict[str, list[float]]:
    """All latencies of one configuration, by name."""
    place = folder / name.replace(" ", "-")
    if text is not None:
        place.mkdir()
        (place / ".zshrc").write_text(f"PS1='%m> '\n{text}")
    search = os.environ["PATH"]
    plan: dict[str, float] = {"capture.samples": sessions, "capture.overhead_pairs": 0}
    plan |= {"capture.settle_ms": 20.0, "capture.command_window_ms": 15.0}
    request = Request(
        configs=(resolve("builtin" if text is None else str(place), cwd=folder, home=folder, search=search),),
        states=("warm",),
        settings=load_settings(environ={}, overrides=plan),
        zsh=find_zsh(search, None),
        scratch=folder,
        seed=1,
        user=getpass.getuser(),
        host="host",
        asked=("command_ms",),
    )
    (run,) = capture(request, Campaign.quiet()).runs
    found = {metric: [getattr(sample.latencies, metric) for sample in run.per_run] for metric in METRICS}
    return {f"{name} {metric}": [value for value in values if value is not None] for metric, values in found.items()}


def main() -> int:
    """Capture, then write."""
    sessions = int(sys.argv[2]) if len(sys.argv) > 2 else 160  # noqa: PLR2004  the second word, when there is one
    began = datetime.now(UTC).isoformat(timespec="minutes")
    load = os.getloadavg()[0]
    made: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in CONFIGURATIONS.items():
            made |= series(name, text, sessions, Path(folder))
    head = {
        "captured": f"{began}, benchmarks/capture_noise.py",
        "machine": f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, load {load:.2f} before it",
        "sessions": "the start and an empty command",
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    rows = ",\n".join(f"    {json.dumps(key)}: {json.dumps(values)}" for key, values in made.items())
    Path(sys.argv[1]).write_text("{\n" + ",\n".join(lines) + ',\n  "series": {\n' + rows + "\n  }\n}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
