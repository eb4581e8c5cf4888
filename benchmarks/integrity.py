"""What a lock and a check cost: ten thousand files of 100 MB in all, with and without what is remembered.

Usage: ``benchmarks/integrity.py [FILES] [MEGABYTES]``. Makes a ZDOTDIR with twenty plugins below ``TMPDIR``, watches a
start of it, locks it, and checks it; prints the median of three. Ends with 1 when a limit of the design is passed.
"""

from __future__ import annotations

import getpass
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.integrity.hash_cache import HashCache
from zshforge.integrity.locking import Tools, make_lock
from zshforge.integrity.observing import Observed, Surroundings, observe
from zshforge.integrity.places import Places
from zshforge.integrity.verifying import verify
from zshforge.model.settings import load_settings
from zshforge.shell.config import resolve
from zshforge.shell.git import Git
from zshforge.shell.zsh import find_zsh
from zshforge.store.artifacts import write_artifact

if TYPE_CHECKING:
    from collections.abc import Callable

    from zshforge.model.integrity import Use

PLUGINS = 20
COLD_S, WARM_S = 3.0, 0.5
ROUNDS = 3


def make(root: Path, files: int, megabytes: int) -> list[Path]:
    """A ZDOTDIR; returns the file of each plugin that is sourced."""
    each = b"# " + os.urandom(1 << 10).hex().encode() * (megabytes * 1_000_000 // files // 2048 + 1)
    content = each[: megabytes * 1_000_000 // files] + b"\n"
    entries: list[Path] = []
    for number in range(files):
        plugin = root / "plugins" / f"p{number % PLUGINS}"
        file = plugin / f"lib{number // PLUGINS % 10}" / f"f{number}.zsh"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    for number in range(PLUGINS):
        entries.append(root / "plugins" / f"p{number}" / f"p{number}.plugin.zsh")
        entries[-1].write_text(f"p{number}=1\n")
    (root / ".zshrc").write_text("".join(f"source $ZDOTDIR/{entry.relative_to(root)}\n" for entry in entries))
    return entries


def seconds(act: Callable[[], object]) -> float:
    """The median of a few."""
    taken: list[float] = []
    for _ in range(ROUNDS):
        begin = time.monotonic()
        act()
        taken.append(time.monotonic() - begin)
    return statistics.median(taken)


def main() -> int:
    """Measure and print."""
    files, megabytes = (int(word) for word in (*sys.argv[1:], "10000", "100")[:2])
    with tempfile.TemporaryDirectory() as top:
        z, scratch = Path(top) / "z", Path(top) / "scratch"
        scratch.mkdir()
        entries = make(z, files, megabytes)
        time.sleep(2.1)  # what is younger is not remembered
        search = os.environ["PATH"]
        zsh, places = find_zsh(search, None), Places((("ZDOTDIR", str(z)),))
        uses: dict[str, Use] = {str(path): "sourced" for path in (z / ".zshrc", *entries)}
        observed = Observed(observed="system calls", files=uses, fpath=(), functions=(), notes=())

        def tools(cache: Path | None) -> Tools:
            store = HashCache(cache, time.time_ns())
            return Tools(zsh, Git(search=search, home=scratch), store, scratch, 1 << 30)

        def lock(cache: Path | None) -> None:
            with_tools = tools(cache)
            made, _ = make_lock("zdotdir", observed, places, with_tools)
            write_artifact(Path(top) / "lock.json", made)
            with_tools.cache.save()

        settings = load_settings(environ={}, workspace_file=None, user_file=None, overrides={})
        around = Surroundings(settings=settings, zsh=zsh, user=getpass.getuser(), scratch=scratch)
        config = resolve(str(z), cwd=z, home=scratch)
        begin = time.monotonic()
        seen = observe(config, around)
        print(f"watching a start            {time.monotonic() - begin:6.2f} s  ({len(seen.files)} files read)")
        cold = seconds(lambda: lock(None))
        lock(Path(top) / "hashes")
        made, _ = make_lock("zdotdir", observed, places, tools(None))
        full = seconds(lambda: verify(made, places, tools(None), updated_fails=True))
        program = Path(sys.executable).with_name("zf")
        words = [str(program), "integrity", "verify", str(z), "--lock", f"{top}/lock.json"]
        environment = os.environ | {"HOME": top, "XDG_STATE_HOME": f"{top}/state"}

        def check() -> None:
            subprocess.run(words, check=True, capture_output=True, env=environment, cwd=top)

        check()
        warm = seconds(check)
        print(f"lock, nothing remembered    {cold:6.2f} s  (limit {COLD_S:g})")
        print(f"verify --full               {full:6.2f} s  (limit {COLD_S:g})")
        print(f"zf integrity verify, nothing changed {warm:6.2f} s  (limit {WARM_S:g}, the whole program)")
    return int(cold > COLD_S or full > COLD_S or warm > WARM_S)


if __name__ == "__main__":
    sys.exit(main())
