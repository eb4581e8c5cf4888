"""plugins.toml: what is loaded, from where; what is wrong is named."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import msgspec
import pytest
from installed_home import TOOLS, told_by_shell, wish_for

from zshforge.lifecycle.building import build
from zshforge.lifecycle.installing import copy_configuration, install
from zshforge.lifecycle.plugins_toml import read_plugins
from zshforge.model.errors import UsageError, ZfError
from zshforge.shell.config import BUILTIN

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.lifecycle.places import Places

IDENTITY = ["-c", "user.name=T", "-c", "user.email=t@example.org"]


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def repository(folder: Path, text: str) -> str:
    """A repository with a plugin; the name of its commit."""
    write(folder / "demo.plugin.zsh", text)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(folder), *IDENTITY, *words], check=True, capture_output=True)
    done = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plugin = [", "is not TOML"),
        ("[[plugin]]\nname = 3", r"Expected `str`, got `int` - at `\$.plugin\[0\].name`"),
        ("[[plugin]]\nname = 'a'\nsytem = 'a'", "sytem"),
        ("[[plugin]]\nname = 'a b'\npath = '/x'", "a name consists of"),
        ("[[plugin]]\nname = 'a'", "exactly one of system, git and path"),
        ("[[plugin]]\nname = 'a'\npath = '/x'\nsystem = 'x'", "exactly one of"),
        ("[[plugin]]\nname = 'a'\ngit = 'https://e.org/a'", "git and commit go together"),
        ("[[plugin]]\nname = 'a'\ngit = 'https://e.org/a'\ncommit = 'main'", "40 hexadecimal digits"),
        ("[[plugin]]\nname = 'a'\nsystem = '../x'", "the name of a folder"),
        ("[[plugin]]\nname = 'a'\npath = '/x'\nfiles = ['../y']", "lie inside"),
        ("[[plugin]]\nname = 'a'\npath = '/x'\nphase = 'late'", "late"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        read_plugins([write(tmp_path / "plugins.toml", text)])
    assert error.value.where == str(tmp_path / "plugins.toml")


def test_the_users_file_replaces_adds_leaves_out_and_orders(tmp_path: Path) -> None:
    shipped = write(
        tmp_path / "a.toml",
        "[[plugin]]\nname='x'\npath='/x'\n[[plugin]]\nname='y'\npath='/y'\n[[plugin]]\nname='z'\npath='/z'\n",
    )
    own = write(
        tmp_path / "b.toml",
        "[[plugin]]\nname='y'\nenabled=false\n[[plugin]]\nname='x'\npath='/own'\n[[plugin]]\nname='w'\npath='/w'\norder=1\n",
    )
    found = read_plugins([shipped, own, tmp_path / "missing.toml"])
    assert [(plugin.name, plugin.path) for plugin in found] == [("w", "/w"), ("x", "/own"), ("z", "/z")]


def test_the_shipped_file_can_be_read() -> None:
    names = [plugin.name for plugin in read_plugins([BUILTIN / "plugins.toml"])]
    assert names == ["zsh-autosuggestions", "zsh-syntax-highlighting"]


def test_plugins_from_a_path_and_from_git_are_loaded_by_the_installed_shell(
    home: Path, places: Places, tmp_path: Path
) -> None:
    commit = repository(tmp_path / "repo", "typeset -g from_git=1\n")
    write(home / "own" / "own.zsh", 'typeset -g from_path="$from_git again"\n')
    write(home / "own" / "comp" / "_own", "#compdef own\n")
    text = (
        f"[[plugin]]\nname='demo'\ngit='file://{tmp_path}/repo'\ncommit='{commit}'\norder=1\n"
        "[[plugin]]\nname='own'\npath='~/own'\nfpath=['comp']\n"
    )
    write(places.config / "plugins.toml", text)
    install(wish_for(places))
    assert told_by_shell(home, f"print -r -- $from_path ${{fpath[(I){home}/own/comp]}}").split()[:2] == ["1", "again"]
    subprocess.run(
        ["git", "-C", str(tmp_path / "repo"), *IDENTITY, "commit", "-q", "--allow-empty", "-m", "y"], check=True
    )
    (tmp_path / "repo").rename(tmp_path / "gone")
    (demo, *_) = build(places.zdotdir, places, TOOLS).plugins
    assert (demo.source, demo.commit) == ("git", commit)


@pytest.mark.parametrize("what", ["address", "commit"])
def test_a_plugin_that_git_cannot_get_leaves_nothing_half_made(places: Places, tmp_path: Path, what: str) -> None:
    commit = repository(tmp_path / "repo", ":\n")
    address = f"file://{tmp_path}/" + ("none" if what == "address" else "repo")
    wanted = commit if what == "address" else "0" * 40
    write(places.config / "plugins.toml", f"[[plugin]]\nname='demo'\ngit='{address}'\ncommit='{wanted}'\n")
    with pytest.raises(ZfError, match="git"):
        build(copy_configuration(BUILTIN, tmp_path / "made"), places, TOOLS)
    assert not any(places.plugins.iterdir())


def test_a_missing_plugin_is_told_and_a_required_one_is_an_error(places: Places, tmp_path: Path) -> None:
    made = copy_configuration(BUILTIN, tmp_path / "made")
    nowhere = msgspec.structs.replace(TOOLS, system=(str(tmp_path),))
    notes = build(made, places, nowhere).notes
    assert any("zsh-autosuggestions is missing. Try: apt" in note for note in notes)
    write(places.config / "plugins.toml", "[[plugin]]\nname='must'\nsystem='must'\nrequired=true\n")
    with pytest.raises(ZfError, match="must is required and missing"):
        build(made, places, nowhere)


def test_a_plugin_that_goes_away_later_costs_no_prompt(home: Path, places: Places) -> None:
    write(home / "own" / "own.zsh", "own=1\n")
    write(places.config / "plugins.toml", "[[plugin]]\nname='own'\npath='~/own'\n")
    install(wish_for(places))
    (home / "own" / "own.zsh").unlink()
    assert told_by_shell(home, "print ${+own}") == "0"


def test_a_module_plugin_from_elsewhere_is_made_known_by_its_file(home: Path, places: Places) -> None:
    write(home / "own" / "zsh-autosuggestions.zsh", ":\n")
    text = "[[plugin]]\nname='zsh-autosuggestions'\npath='~/own'\nphase='module'\n"
    write(places.config / "plugins.toml", text)
    install(wish_for(places))
    lines = (places.zdotdir / "plugins.zsh").read_text()
    assert f"_zf_plugin_path[zsh-autosuggestions]={home}/own/zsh-autosuggestions.zsh" in lines


def test_a_plugins_zsh_of_the_persons_own_is_left_alone(places: Places, tmp_path: Path) -> None:
    made = copy_configuration(BUILTIN, tmp_path / "made")
    (made / "plugins.zsh").write_text("source ~/.zgenom/init.zsh\n")
    write(places.config / "plugins.toml", f"[[plugin]]\nname='own'\npath='{os.devnull}'\n")
    notes = build(made, places, TOOLS).notes
    assert any("is your own and was left alone" in note for note in notes)
    assert (made / "plugins.zsh").read_text() == "source ~/.zgenom/init.zsh\n"


def test_two_builds_of_equal_files_are_equal(places: Places, tmp_path: Path) -> None:
    made = [build(copy_configuration(BUILTIN, tmp_path / name), places, TOOLS) for name in ("one", "two")]
    assert made[0].bundle_sha256 == made[1].bundle_sha256
