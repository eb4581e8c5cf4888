"""Looking for an earlier run leaves nothing behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from zshforge.shell.leftovers import sweep

LOOK = """
import sys
from pathlib import Path
from zshforge.capture.cached import capture_or_reuse
from zshforge.capture.campaign import Campaign, Request
from zshforge.model.settings import load_settings
from zshforge.shell.config import resolve
from zshforge.shell.zsh import find_zsh
here = Path(sys.argv[1])
capture_or_reuse(
    Request(
        configs=(resolve("HEAD:.", cwd=here / "repo", home=here, search=f"{here}/bin:/usr/bin:/bin"),),
        states=("warm",),
        settings=load_settings(environ={}, overrides={"capture.reuse": True}),
        zsh=find_zsh("/usr/local/bin:/usr/bin:/bin", None),
        scratch=here / "scratch",
        seed=1,
        user="somebody",
        host="machine",
    ),
    Campaign.quiet(),
    here / "cache",
)
"""
SLOW_GIT = """#!/bin/sh
case "$*" in *archive*) : > "$0.reached"; sleep 60 ;; esac
PATH=${PATH#*/bin:} exec git "$@"
"""


def repository(folder: Path) -> None:
    folder.mkdir()
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost"]
    (folder / ".zshrc").touch()
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], cwd=folder, check=True)


def test_a_look_that_was_killed_leaves_what_the_next_sweep_removes(tmp_path: Path) -> None:
    repository(tmp_path / "repo")
    for name in ("bin", "scratch"):
        (tmp_path / name).mkdir()
    (tmp_path / "bin/git").write_text(SLOW_GIT)
    (tmp_path / "bin/git").chmod(0o700)
    process = subprocess.Popen([sys.executable, "-c", LOOK, str(tmp_path)], start_new_session=True)
    try:
        while not (tmp_path / "bin/git.reached").exists():
            assert process.poll() is None
            time.sleep(0.01)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert list((tmp_path / "scratch").iterdir())
    sweep(tmp_path / "scratch")
    assert list((tmp_path / "scratch").iterdir()) == []
