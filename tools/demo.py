"""What ``make demo`` runs: shows the shipped prompt, captures that configuration, and the user's own when there is one.

Eight sessions of each and one warm-up, so that it is over in seconds; the environment may say otherwise
(``ZF_CAPTURE_SAMPLES`` and its like). Ends with the exit code of the first capture: a start file of the user's that
cannot be measured is told, once, and is no failure of the demo.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.model.errors import ExitCode
from zshforge.shell.config import START_FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]
ZF = Path(sys.executable).with_name("zf")
QUICK = {"ZF_CAPTURE_SAMPLES": "8", "ZF_CAPTURE_WARMUPS": "1"}
ONCE = {"ZF_CAPTURE_RETRIES": "0"}
SHOWN = (ExitCode.PASS, ExitCode.INCONCLUSIVE)


def show_prompt(environ: Mapping[str, str]) -> None:
    """Draws the prompt of an installed configuration; what keeps it away, the capture after it tells."""
    print("the shipped prompt, installed in a throw-away HOME:\n", flush=True)
    picture = [sys.executable, str(ROOT / "tools" / "picture.py")]
    done = subprocess.run(picture, env=dict(environ), cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    print("" if done.returncode == 0 else f"not shown: {done.stderr.strip()}\n")


def capture(config: str, environ: Mapping[str, str]) -> int:
    """Runs ``zf capture`` as a person would, and returns its exit code."""
    sys.stdout.flush()
    return subprocess.run([ZF, "capture", config], env={**QUICK, **environ}, cwd=ROOT, check=False).returncode


def has_own(environ: Mapping[str, str]) -> bool:
    """Whether zsh would find a start file of the user's."""
    place = Path(environ.get("ZDOTDIR") or environ.get("HOME") or Path.home())
    return any((place / name).is_file() for name in START_FILES)


def main(environ: Mapping[str, str]) -> int:
    """Shows and captures, then says what to try next."""
    show_prompt(environ)
    code = capture("builtin", environ)
    if code not in SHOWN:
        return code
    following = "capture builtin --state both"
    if has_own(environ):
        print()
        own = capture("home", {**ONCE, **environ})
        if own == ExitCode.INTERRUPTED:
            return own
        if own in SHOWN:
            following = "capture builtin home -n 16"
    zf = ZF.relative_to(ROOT) if ZF.is_relative_to(ROOT) else ZF
    print(f"\ntry next: {zf} {following}")
    return code


if __name__ == "__main__":
    try:
        sys.exit(main(os.environ))
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
