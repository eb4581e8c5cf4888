"""Where the plugins of the editor come from: a picture that is never stale, another place, no place, a broken file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from at_the_keyboard import Keyboard

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

DEBIAN = Path("/usr/share")
pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(
        not all(
            (DEBIAN / name / f"{name}.zsh").exists() for name in ("zsh-syntax-highlighting", "zsh-autosuggestions")
        ),
        reason="the packages zsh-syntax-highlighting and zsh-autosuggestions are not installed",
    ),
]
QUEUE = "-zf-after-prompt() { typeset -gA told; told[$1]=$2 }"
TELL = "for f in ${told-}; do $f; done"


def own_copy(shell: Shell, name: str) -> Path:
    """A copy of a plugin in a place of the user's own, which plugins.zsh names; returns its file."""
    place = shell.root / "mine" / name
    shutil.copytree(DEBIAN / name, place)
    with (shell.zdotdir / "plugins.zsh").open("a") as bundle:
        bundle.write(f"typeset -gA _zf_plugin_path; _zf_plugin_path[{name}]={place}\n")
    return place / f"{name}.zsh"


def test_a_change_of_a_plugin_is_there_in_the_next_shell(shell: Shell) -> None:
    file = own_copy(shell, "zsh-syntax-highlighting")
    shell.session()
    with file.open("a") as text:
        text.write("ZSH_HIGHLIGHT_STYLES[builtin]=fg=cyan\n")
    with Keyboard(shell) as person:
        person.type("echo")
        person.until(lambda: person.colour("echo") == "cyan")


def test_an_older_file_that_comes_back_is_noticed(shell: Shell) -> None:
    file = own_copy(shell, "zsh-syntax-highlighting")
    older = file.with_suffix(".older")
    shutil.copy(file, older)
    with older.open("a") as text:
        text.write("ZSH_HIGHLIGHT_STYLES[builtin]=fg=cyan\n")
    os.utime(older, (1, 1))
    shell.session()
    shell.session()
    older.replace(file)
    with Keyboard(shell) as person:
        person.type("echo")
        person.until(lambda: person.colour("echo") == "cyan")


@pytest.mark.parametrize("pattern", ["*g.zwc", "*.zsh"])
def test_half_a_picture_is_taken_again(shell: Shell, pattern: str) -> None:
    shell.session()
    folder = next((shell.root / "home" / ".cache" / "zshforge").glob("plugins-*"))
    for file in folder.glob(pattern):
        file.chmod(0o600)
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])
        Path(f"{file}.zwc").unlink(missing_ok=True)
    with Keyboard(shell) as person:
        person.type("echo")
        person.until(lambda: person.colour("echo") == "green")


def test_without_a_place_for_pictures_the_plugins_work(shell: Shell) -> None:
    with Keyboard(shell, {"XDG_CACHE_HOME": "/proc/1/task"}) as person:
        person.type('echo "there"\r')
        person.type("ech")
        person.until(lambda: person.grey() == 'o "there"')
        person.type("\x05")
        person.until(lambda: person.colour("echo") == "green")


@pytest.mark.parametrize("name", ["zsh-syntax-highlighting", "zsh-autosuggestions"])
def test_a_broken_plugin_gives_a_message_and_a_prompt(shell: Shell, name: str) -> None:
    own_copy(shell, name).write_text("if then fi )\n")
    shell.write_local("pre/queue", QUEUE)
    session = shell.session(TELL, "print -r -- still here")
    assert session.before_prompt() == ""
    assert f"zshforge: {name} could not be read from" in session.screen
    assert "\nstill here\r" in session.screen


def test_a_missing_plugin_is_told_once(shell: Shell) -> None:
    find = shell.zdotdir / "functions" / "-zf-plugin-find"
    find.write_text(find.read_text().replace("/usr/share/", "/nowhere/"))
    shell.write_local("pre/queue", QUEUE)
    first = shell.session(TELL)
    assert first.before_prompt() == ""
    assert "zshforge: zsh-autosuggestions is not installed. Try: apt-get install zsh-autosuggestions" in first.screen
    assert "not installed" not in shell.session(TELL).screen


def test_a_plugin_in_the_users_data_folder_is_found(shell: Shell) -> None:
    find = shell.zdotdir / "functions" / "-zf-plugin-find"
    find.write_text(find.read_text().replace("/usr/share/", "/nowhere/"))
    folder = shell.root / "home" / ".local" / "share" / "zshforge" / "plugins"
    for name in ("zsh-syntax-highlighting", "zsh-autosuggestions"):
        shutil.copytree(DEBIAN / name, folder / name)
    with Keyboard(shell) as person:
        person.type("echo")
        person.until(lambda: person.colour("echo") == "green")


def test_a_plugin_that_was_loaded_before_is_left_to_itself(shell: Shell) -> None:
    loaded = "\n".join(
        f"source /usr/share/{name}/{name}.zsh" for name in ("zsh-autosuggestions", "zsh-syntax-highlighting")
    )
    (shell.zdotdir / "plugins.zsh").write_text(f"zmodload zsh/zle\n{loaded}\n")
    with Keyboard(shell) as person:
        person.type("print -r -- drives ${#_zf_line_drives} hooks ${precmd_functions[(I)-zf-line-hooks]}\r")
        person.until(lambda: "drives 0 hooks 0" in person.text)
        person.type("echo")
        person.until(lambda: person.colour("echo") == "green")


def test_an_init_file_of_zgenom_is_read_in_a_segment_of_its_own(shell: Shell) -> None:
    folder = shell.root / "zgenom"
    folder.mkdir()
    (folder / "init.zsh").write_text("setopt sh_word_split\nzgenom_was=here\n")
    session = shell.session("print -r -- $zgenom_was $options[shwordsplit]", ZGEN_DIR=str(folder))
    assert "\nhere on\r" in session.screen
    assert session.segments()["zgenom-init"][0] == "post_plugin"


def test_each_plugin_has_a_segment(shell: Shell) -> None:
    shell.session()
    segments = shell.session().segments()
    assert segments["zsh-syntax-highlighting"][0] == "post_plugin"
    assert segments["zsh-autosuggestions"][0] == "post_plugin"


def test_safe_mode_loads_no_plugin(shell: Shell) -> None:
    session = shell.session(
        "print -r -- plugins $+ZSH_HIGHLIGHT_VERSION $+functions[_zsh_autosuggest_fetch]", ZF_SAFE="1"
    )
    assert "plugins 0 0" in session.screen
