"""From a changed byte of a plugin to the locked content, in an installed configuration, as a person lives it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, cast

import pytest
from live import Live
from locked_place import git, put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.zsh.conftest import Shell

pytestmark = [pytest.mark.pty, pytest.mark.timeout(170)]


class Installed:
    """A HOME into which the shipped configuration is installed; also what a live shell asks of its home.

    Attributes:
        root: Above the home.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "home"
        self.zdotdir = self.home / ".local/share/zshforge/zsh"
        for folder in (self.home / ".config/zshforge", root / "zf-here"):
            folder.mkdir(parents=True)

    def environment(self, extra: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The environment of its shells and of zf."""
        base = {"PATH": os.environ["PATH"]}
        base |= {"HOME": str(self.home), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "TMPDIR": str(self.root)}
        return {key: value for key, value in (base | dict(extra or {})).items() if value is not None}

    def zf(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The program, in the home."""
        return subprocess.run(
            [sys.executable, "-m", "zshforge", *words],
            env=self.environment(),
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    """The shipped configuration with one plugin from git, locked, with the list for shells and its trust anchor."""
    made, upstream = Installed(tmp_path), tmp_path / "upstream"
    put(upstream, "mine.plugin.zsh", "mine=1\n")
    git(upstream, "init", "-q")
    git(upstream, "add", ".")
    git(upstream, "commit", "-qm", "one")
    commit = subprocess.run(
        ["git", "-C", str(upstream), "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    (made.home / ".config/zshforge/plugins.toml").write_text(
        f'[[plugin]]\nname = "mine"\ngit = "{upstream.as_uri()}"\ncommit = "{commit}"\n'
    )
    done = made.zf("install")
    assert (done.returncode, done.stderr) == (0, "")
    done = made.zf("integrity", "lock", "home", "--list", str(made.zdotdir / "integrity.list"))
    assert (done.returncode, done.stderr) == (0, "")
    anchor = re.search(r"integrity-list\s+([0-9a-f]{64})", done.stdout)
    assert anchor is not None
    (made.zdotdir / "trust-anchors").write_text(f"integrity-list {anchor[1]}\n")
    return made


def shell(installed: Installed) -> Live:
    return Live(cast("Shell", installed), size=(200, 40), ZDOTDIR=None)  # what a Live needs of a home is there


def test_a_changed_byte_is_shown_after_the_prompt_named_failed_and_led_back_in_one_line(installed: Installed) -> None:
    assert installed.zf("integrity", "verify", "home").returncode == 0
    (plugin,) = (installed.home / ".local/share/zshforge/plugins").rglob("mine.plugin.zsh")
    plugin.write_text("mine=2\n")

    with shell(installed) as live:
        live.until("zf: integrity: edited")
        assert "mine.plugin.zsh" in live.text
        live.run("plugin_security_status; print -r -- status $?")
        assert "status 1" in live.lines()
        assert any(str(plugin) in line for line in live.lines())

    done = installed.zf("integrity", "verify", "home", "--json")
    assert done.returncode == 1
    edited = [one for one in json.loads(done.stdout)["findings"] if one["path"].endswith("mine.plugin.zsh")]
    (fix,) = {one["fix"] for one in edited}
    assert fix in " ".join(installed.zf("integrity", "verify", "home").stdout.split("\n")).replace("  ", " ")
    subprocess.run(["/bin/sh", "-c", fix], check=True, env=installed.environment(), capture_output=True)
    assert plugin.read_text() == "mine=1\n"
    done = installed.zf("integrity", "verify", "home")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout

    with shell(installed) as live:
        live.rest()
        live.run("plugin_scan_now --full; print -r -- status $?")
        assert "status 0" in live.lines()
        assert "changed 0 · missing 0" in live.text


def test_a_list_that_somebody_rewrote_to_fit_is_found_by_its_anchor(installed: Installed) -> None:
    file = installed.zdotdir / "integrity.list"
    file.write_text(re.sub(r"[0-9a-f]{64}\tmine", "0" * 64 + "\tmine", file.read_text()))
    with shell(installed) as live:
        live.until("integrity.list")
        live.run("plugin_security_status >$HOME/told; print -r -- status $?")
        assert "status 1" in live.lines()
    assert f"edited {file}" in (installed.home / "told").read_text()
