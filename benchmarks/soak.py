"""A thousand starts in a row: none may fail, each must be authentic, nothing may be left behind.

Usage: python benchmarks/soak.py [SESSIONS] [CONFIG]

Prints the counts and the spread; exit status 1 when a session failed or was not authentic, or something was left.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from zshforge.shell.processes import processes_below


def main() -> int:
    """One long capture, and a look at what it left."""
    sessions = sys.argv[1] if len(sys.argv) > 1 else "1000"
    config = sys.argv[2] if len(sys.argv) > 2 else "builtin"  # noqa: PLR2004  the second argument
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        environment = {**os.environ, "TMPDIR": str(scratch), "ZF_CAPTURE_RECORDING_KB": "64", "XDG_STATE_HOME": folder}
        zf = [sys.executable, "-m", "zshforge", "capture", config, "-n", sessions, "--json", "--quiet"]
        done = subprocess.run(zf, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            print(done.stderr)
            return 1
        run = json.loads(done.stdout)
        left = [path.name for path in scratch.iterdir() if path.is_dir()] + [str(p) for p in processes_below(scratch)]
    first = run["latencies"]["first_prompt_ms"]
    print(
        f"{run['authentic_samples']} of {run['requested_samples']} sessions authentic, {len(run['failures'])} failures"
    )
    print(f"first prompt: median {first['median']:.2f} ms, p95 {first['p95']:.2f}, max {first['max']:.2f}")
    print(f"flags: {', '.join(run['sample_flags']) or 'none'}; left behind: {', '.join(left) or 'nothing'}")
    return int(bool(run["auth_shortfall"] or run["failures"] or left))


if __name__ == "__main__":
    sys.exit(main())
