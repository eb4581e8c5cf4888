"""Frameworks and their phases, in real sessions of small look-alikes: the names are theirs, the rest is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zshforge.capture.campaign import Campaign, Request, capture
from zshforge.model.settings import load_settings
from zshforge.shell.config import resolve
from zshforge.shell.zsh import find_zsh

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zshforge.model.run import Run

pytestmark = pytest.mark.pty

PAUSE = "zmodload zsh/zselect; zselect -t 6"  # long enough to be looked at a hundred times
QUICK = {
    "capture.samples": 1,
    "capture.warmups": 0,
    "capture.overhead_pairs": 0,
    "capture.repository": "empty",
    "capture.settle_ms": 20.0,
}

# Each: the files of a HOME, and which of them belongs to the plugin phase; what .zshrc itself does frames it.
LOOK_ALIKES: Mapping[str, tuple[Mapping[str, str], str]] = {
    "oh-my-zsh": (
        {
            ".zshrc": f"{PAUSE}\nZSH=~/.oh-my-zsh\nsource $ZSH/oh-my-zsh.sh\n{PAUSE}",
            ".oh-my-zsh/oh-my-zsh.sh": "source $ZSH/plugins/git/git.plugin.zsh",
            ".oh-my-zsh/plugins/git/git.plugin.zsh": PAUSE,
        },
        "git.plugin.zsh",
    ),
    "prezto": (
        {
            ".zshrc": f"{PAUSE}\nsource ~/.zprezto/init.zsh\n{PAUSE}",
            ".zprezto/init.zsh": "source ~/.zprezto/modules/editor/init.zsh",
            ".zprezto/modules/editor/init.zsh": PAUSE,
        },
        "editor/init.zsh",
    ),
    "zim": (
        {
            ".zshrc": f"{PAUSE}\nZIM_HOME=~/.zim\nsource $ZIM_HOME/init.zsh\n{PAUSE}",
            ".zim/init.zsh": "source ~/.zim/modules/input/init.zsh",
            ".zim/modules/input/init.zsh": PAUSE,
        },
        "input/init.zsh",
    ),
    "zinit": (
        {
            ".zshrc": f"{PAUSE}\nshare=~/.local/share/zinit\nsource $share/zinit.git/zinit.zsh\n"
            f"source $share/plugins/a---b/b.plugin.zsh\n{PAUSE}",
            ".local/share/zinit/zinit.git/zinit.zsh": PAUSE,
            ".local/share/zinit/plugins/a---b/b.plugin.zsh": PAUSE,
        },
        "b.plugin.zsh",
    ),
    "zgenom": (
        {
            ".zshrc": f"{PAUSE}\nsource ~/.zgenom/zgenom.zsh\nsource ~/.zgenom/sources/init.zsh\n{PAUSE}",
            ".zgenom/zgenom.zsh": PAUSE,
            ".zgenom/sources/init.zsh": "source ~/.zgenom/sources/a/b/___/b.plugin.zsh",
            ".zgenom/sources/a/b/___/b.plugin.zsh": PAUSE,
        },
        "b.plugin.zsh",
    ),
    "antidote": (
        {
            ".zshrc": f"{PAUSE}\nsource ~/.zsh_plugins.zsh\n{PAUSE}",
            ".zsh_plugins.zsh": "source ~/.cache/antidote/github.com/a/b/b.plugin.zsh",
            ".cache/antidote/github.com/a/b/b.plugin.zsh": PAUSE,
        },
        "b.plugin.zsh",
    ),
    "zsh4humans": (
        {
            ".zshenv": f"{PAUSE}\nZ4H=~/.cache/zsh4humans/v5\nsource $Z4H/z4h.zsh",
            ".zshrc": PAUSE,
            ".cache/zsh4humans/v5/z4h.zsh": "source $Z4H/zsh4humans/main.zsh",
            ".cache/zsh4humans/v5/zsh4humans/main.zsh": PAUSE,
        },
        "main.zsh",
    ),
    "plain": (
        {
            ".zshrc": f"{PAUSE}\nsource ~/p/zsh-autosuggestions/zsh-autosuggestions.zsh\n{PAUSE}",
            "p/zsh-autosuggestions/zsh-autosuggestions.zsh": PAUSE,
        },
        "zsh-autosuggestions.zsh",
    ),
}


def captured(tmp_path: Path, files: Mapping[str, str]) -> Run:
    home = tmp_path / "home"
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    request = Request(
        configs=(resolve(f"home:{home}", cwd=tmp_path, home=tmp_path / "nobody"),),
        states=("warm",),
        settings=load_settings(environ={}, overrides=QUICK),
        zsh=find_zsh("/usr/local/bin:/usr/bin:/bin", None),
        scratch=tmp_path,
        seed=5,
        user="somebody",
        host="machine",
    )
    return capture(request, Campaign.quiet()).runs[0]


@pytest.mark.parametrize("name", list(LOOK_ALIKES))
def test_a_framework_is_recognised_and_its_files_are_the_plugin_phase(tmp_path: Path, name: str) -> None:
    files, plugin = LOOK_ALIKES[name]
    made = captured(tmp_path, files)
    assert made.framework == name
    assert made.authentic_samples == 1, made.per_run
    assert {s.name: s.phase for s in made.segments}[plugin] == "plugins"
    lifecycle = {metric: summary.median for metric, summary in made.lifecycle.items()}
    # Each phase has its pauses of 60 ms; how exactly is benchmarks/ground_truth.py's to tell.
    assert (lifecycle["pre_plugin_total_ms"] or 0) > 40
    assert (lifecycle["post_plugin_total_ms"] or 0) > 100  # the plugin's pause and the last one, not one of them
    stamps = {m.name: m.stamp_us or 0 for m in made.per_run[0].markers}
    assert stamps["pre_plugin_end"] < stamps["plugins_end"] < stamps["post_plugin_end"] <= stamps["prompt_ready"]
