from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from zshforge.shell.frameworks import Framework, recognise, recognise_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SYSTEM_PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin"

# Each: the files of a HOME, laid out as the frameworks' own documentation says.
LAYOUTS: Mapping[str, Mapping[str, str]] = {
    "oh-my-zsh": {
        ".zshrc": "export ZSH=~/.oh-my-zsh\nsource $ZSH/oh-my-zsh.sh\n",
        ".oh-my-zsh/oh-my-zsh.sh": "source $ZSH/lib/git.zsh\nsource $ZSH/plugins/git/git.plugin.zsh\n",
        ".oh-my-zsh/lib/git.zsh": "",
        ".oh-my-zsh/plugins/git/git.plugin.zsh": "",
    },
    "prezto": {
        ".zshrc": "source ${ZDOTDIR:-$HOME}/.zprezto/init.zsh\n",
        ".zprezto/init.zsh": "source ~/.zprezto/modules/editor/init.zsh\n",
        ".zprezto/modules/editor/init.zsh": "",
    },
    "zim": {
        ".zshrc": "ZIM_HOME=${ZDOTDIR:-$HOME}/.zim\nsource ${ZIM_HOME}/init.zsh\n",
        ".zim/init.zsh": "source ~/.zim/modules/git/init.zsh\n",
        ".zim/modules/git/init.zsh": "",
    },
    "zinit": {
        ".zshrc": "H=~/.local/share/zinit\nsource $H/zinit.git/zinit.zsh\nsource $H/plugins/a---b/b.plugin.zsh\n",
        ".local/share/zinit/zinit.git/zinit.zsh": "",
        ".local/share/zinit/plugins/a---b/b.plugin.zsh": "",
    },
    "zgenom": {
        ".zshrc": "source ~/.zgenom/zgenom.zsh\nsource ~/.zgenom/sources/init.zsh\n",
        ".zgenom/zgenom.zsh": "",
        ".zgenom/sources/init.zsh": "source ~/.zgenom/sources/ohmyzsh/ohmyzsh/___/oh-my-zsh.sh\n",
        ".zgenom/sources/ohmyzsh/ohmyzsh/___/oh-my-zsh.sh": "",
    },
    "antidote": {
        ".zshrc": "zsh_plugins=~/.zsh_plugins\nsource ${zsh_plugins}.zsh\n",
        ".zsh_plugins.zsh": "source ~/.cache/antidote/github.com/a/b/b.plugin.zsh\n",
        ".cache/antidote/github.com/a/b/b.plugin.zsh": "",
    },
    "zsh4humans": {
        ".zshenv": "Z4H=~/.cache/zsh4humans/v5\n. $Z4H/z4h.zsh\n",
        ".zshrc": "",
        ".cache/zsh4humans/v5/z4h.zsh": ". $Z4H/zsh4humans/main.zsh\n",
        ".cache/zsh4humans/v5/zsh4humans/main.zsh": "",
    },
    "zshforge": {
        ".zshrc": "for f in ~/pre-plugin/*.zsh ~/post-plugin/*.zsh; do source $f; done\n",
        "pre-plugin/00-path-safety.zsh": "",
        "post-plugin/00-security-integrity.zsh": "",
    },
    "plain": {
        ".zshrc": "source ~/own.zsh\nsource ~/p/zsh-autosuggestions/zsh-autosuggestions.zsh\n",
        "own.zsh": "",
        "p/zsh-autosuggestions/zsh-autosuggestions.zsh": "",
    },
    "none": {},
}

PLUGIN_FILES = {
    "oh-my-zsh": ("oh-my-zsh.sh", "oh-my-zsh.sh"),
    "prezto": (".zprezto/init.zsh", "editor/init.zsh"),
    "zim": (".zim/init.zsh", "git/init.zsh"),
    "zinit": ("zinit.zsh", "b.plugin.zsh"),
    "zgenom": ("zgenom.zsh", "___/oh-my-zsh.sh"),
    "antidote": (".zsh_plugins.zsh", "b.plugin.zsh"),
    "zsh4humans": ("z4h.zsh", "main.zsh"),
    "plain": ("zsh-autosuggestions.zsh", "zsh-autosuggestions.zsh"),
}


def lay_out(home: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        place = home / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return home


def sourced(home: Path) -> list[str]:
    """The files that an interactive zsh sources, in order."""
    done = subprocess.run(
        ["zsh", "-o", "SOURCE_TRACE", "-ic", ":"],
        env={"HOME": str(home), "PATH": SYSTEM_PATH, "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    lines = [line for line in done.stderr.splitlines() if line.endswith("<sourcetrace>")]
    return [line.removeprefix("+").rpartition(":")[0] for line in lines]


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_framework_is_recognised_by_what_zsh_sources(tmp_path: Path, name: str) -> None:
    assert recognise(sourced(lay_out(tmp_path, LAYOUTS[name]))).name == name


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_framework_is_guessed_from_the_start_files(tmp_path: Path, name: str) -> None:
    assert recognise_tree(lay_out(tmp_path, LAYOUTS[name])).name == name


@pytest.mark.parametrize("name", PLUGIN_FILES)
def test_the_plugin_phase_begins_and_ends_with_the_frameworks_files(tmp_path: Path, name: str) -> None:
    files = sourced(lay_out(tmp_path, LAYOUTS[name]))
    covered = [file for file in files if recognise(files).covers(file)]
    assert covered[0].endswith(PLUGIN_FILES[name][0])
    assert covered[-1].endswith(PLUGIN_FILES[name][1])


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_start_file_is_never_part_of_the_plugin_phase(tmp_path: Path, name: str) -> None:
    files = sourced(lay_out(tmp_path, LAYOUTS[name]))
    assert [file for file in files if file.endswith(".zshrc") and recognise(files).covers(file)] == []


def test_the_framework_that_comes_first_is_the_one_that_loads_the_others() -> None:
    files = ["/h/.zshrc", "/h/.zgenom/zgenom.zsh", "/h/.zgenom/sources/x/oh-my-zsh.sh"]
    assert recognise(files).name == "zgenom"
    assert recognise([files[0], files[2]]).name == "oh-my-zsh"


def test_the_name_of_the_users_folder_is_no_sign() -> None:
    found = recognise(["/h/antidote/zsh4humans/.zgenom/.zshrc", "/h/antidote/own.zsh"])
    assert found.name == "plain"


def test_the_wizard_for_new_users_is_no_configuration() -> None:
    assert recognise(["/etc/zsh/zshrc", "/usr/share/zsh/5.9/scripts/newuser"]).name == "none"


def test_system_wide_files_alone_are_no_configuration() -> None:
    assert recognise(["/etc/zsh/zshenv", "/etc/zsh/zshrc", "/etc/zprofile"]).name == "none"
    assert recognise([]).name == "none"


@pytest.mark.parametrize(
    ("function", "name"),
    [("zinit", "zinit"), ("zgenom", "zgenom"), ("zimfw", "zim"), ("omz", "oh-my-zsh"), ("pmodload", "prezto"),
     ("z4h", "zsh4humans"), ("antidote", "antidote")],
)  # fmt: skip
def test_a_framework_is_recognised_by_its_function_when_its_files_say_nothing(function: str, name: str) -> None:
    assert recognise(["/h/.zshrc", "/h/all-in-one.zsh"], [function]).name == name
    assert recognise(["/h/.zshrc", "/h/all-in-one.zsh"], ["other"]).name == "plain"


def test_files_speak_louder_than_functions() -> None:
    assert recognise(["/h/.zshrc", "/h/.oh-my-zsh/oh-my-zsh.sh"], ["zinit"]).name == "oh-my-zsh"


@pytest.mark.parametrize(
    "file",
    [
        "/usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh",
        "/opt/homebrew/share/zsh-syntax-highlighting/zsh-syntax-highlighting.zsh",
        "/h/fsh/fast-syntax-highlighting.plugin.zsh",
        "/h/powerlevel10k/powerlevel10k.zsh-theme",
        "/h/x/anything.plugin.zsh",
        "/usr/share/zsh-history-substring-search/zsh-history-substring-search.zsh",
    ],
)
def test_plugins_without_a_framework_are_known_by_their_names(file: str) -> None:
    assert recognise(["/h/.zshrc", file]).covers(file)


def test_boundaries_of_the_settings_replace_the_globs() -> None:
    files = ["/h/.zshrc", "/h/.oh-my-zsh/oh-my-zsh.sh"]
    assert recognise(files, boundaries={"plugins": ("*/mine/*",)}) == Framework(name="oh-my-zsh", plugins=("*/mine/*",))


def test_boundaries_without_plugins_change_nothing() -> None:
    files = ["/h/.zshrc", "/h/.oh-my-zsh/oh-my-zsh.sh"]
    assert recognise(files, boundaries={"other": ("x",)}) == recognise(files)


def test_a_comment_in_a_start_file_is_no_framework(tmp_path: Path) -> None:
    lay_out(tmp_path, {".zshrc": "# source $ZSH/oh-my-zsh.sh\n  # zinit light a/b\nPS1='%# '\n"})
    assert recognise_tree(tmp_path).name == "plain"


def test_a_single_start_file_can_be_guessed(tmp_path: Path) -> None:
    lay_out(tmp_path, {"my.zsh": "source $ZSH/oh-my-zsh.sh\n"})
    assert recognise_tree(tmp_path / "my.zsh").name == "oh-my-zsh"


def test_start_files_that_are_not_text_are_plain(tmp_path: Path) -> None:
    (tmp_path / ".zshrc").write_bytes(b"\xff\xfe\0oh no\n")
    assert recognise_tree(tmp_path).name == "plain"
