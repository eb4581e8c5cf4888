"""Node, Python and Ruby of version managers: on PATH at once, their managers at their first call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

NODE = 'source "$ZDOTDIR/pre-plugin/15-node-runtime-env.zsh"; '
TOOLS = 'source "$ZDOTDIR/pre-plugin/25-lazy-integrations.zsh"; '
NVM = """
print -r -- nvm.sh read: "$@"
nvm() { case $1 in use) export NVM_BIN=$NVM_DIR/versions/node/v20.9.0/bin; path=($NVM_BIN $path) ;; esac
  print -r -- real nvm "$@"; }
"""
HOSTILE = "setopt ksh_arrays sh_word_split no_unset sh_glob no_glob null_glob ksh_typeset; "


def program(place: Path, text: str) -> Path:
    """A program of some lines of sh."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text if text.startswith("#!") else f"#!/bin/sh\n{text}\n")
    place.chmod(0o755)
    return place


def nvm(shell: Shell, *versions: str, **aliases: str) -> Path:
    """A folder as nvm makes one."""
    folder = shell.root / "home" / ".nvm"
    (folder / "alias" / "lts").mkdir(parents=True)
    (folder / "nvm.sh").write_text(NVM)
    for version in versions:
        program(folder / "versions" / "node" / version / "bin" / "node", f"echo node {version}")
    for name, value in aliases.items():
        (folder / "alias" / name.replace("lts_all", "lts/*").replace("lts_", "lts/")).write_text(f"{value}\n")
    return folder


@pytest.mark.parametrize(
    ("aliases", "wanted"),
    [
        ({"default": "v18.2.0"}, "v18.2.0"),
        ({"default": "18.2.0"}, "v18.2.0"),
        ({"default": "20"}, "v20.10.0"),
        ({"default": "20.9"}, "v20.9.0"),
        ({"default": "node"}, "v20.10.0"),
        ({"default": "lts/*", "lts_all": "lts/hydrogen", "lts_hydrogen": "v18.2.0"}, "v18.2.0"),
        ({"default": "mine", "mine": "default"}, None),
        ({"default": "system"}, None),
        ({"default": "v99"}, None),
        ({"default": "../../x"}, None),
        ({}, None),
    ],
)
def test_the_default_node_is_on_path_without_nvm_being_read(
    shell: Shell, aliases: dict[str, str], wanted: str | None
) -> None:
    folder = nvm(shell, "v18.2.0", "v20.9.0", "v20.10.0", **aliases)
    done = shell.run(f"PATH=/bin; {NODE}print -r -- $path; print -r -- $NVM_DIR", "-f")
    bin_folder = [f"{folder}/versions/node/{wanted}/bin"] if wanted else []
    assert (done.stdout, done.stderr) == (f"{' '.join([*bin_folder, '/bin'])}\n{folder}\n", "")


@pytest.mark.parametrize("options", ["", HOSTILE])
def test_nvm_is_read_on_its_first_call_and_once(shell: Shell, options: str) -> None:
    nvm(shell, "v18.2.0", default="18")
    done = shell.run(f"{options}{NODE}node; nvm ls; nvm ls; print -r -- $?", "-f")
    assert done.stdout.splitlines() == ["node v18.2.0", "nvm.sh read: --no-use", "real nvm ls", "real nvm ls", "0"]
    assert done.stderr == ""


def test_node_without_a_default_loads_nvm_and_uses_what_is_installed(shell: Shell) -> None:
    nvm(shell, "v20.9.0")
    done = shell.run(f"PATH={shell.root}/zf-here; {NODE}node; node; print -r -- $+functions[node]", "-f")
    assert done.stdout.splitlines()[-3:] == ["node v20.9.0", "node v20.9.0", "0"]
    assert done.stdout.count("nvm.sh read") == 1


def test_a_shell_within_a_shell_keeps_the_version_of_the_outer_one(shell: Shell) -> None:
    folder = nvm(shell, "v18.2.0", "v20.9.0", default="20")
    chosen = f"{folder}/versions/node/v18.2.0/bin"
    assert shell.run(f"PATH={chosen}:/bin; {NODE}print -r -- $PATH", "-f").stdout == f"{chosen}:/bin\n"


def test_no_nvmrc_is_followed_unasked(shell: Shell) -> None:
    nvm(shell, "v18.2.0", "v20.9.0", default="20")
    (shell.root / "zf-here" / ".nvmrc").write_text("18\n")
    assert shell.run(f"{NODE}node", "-f").stdout == "node v20.9.0\n"


def test_an_nvm_that_fails_says_so_and_can_be_tried_again(shell: Shell) -> None:
    folder = nvm(shell, "v18.2.0", default="18")
    (folder / "nvm.sh").write_text("return 3\n")
    done = shell.run(f"{NODE}nvm; print $?; print -r -- {NVM!r} > $NVM_DIR/nvm.sh; node", "-f")
    assert done.stdout.splitlines() == ["4", "node v18.2.0"]
    assert "zf: nvm: the loader -zf-load-nvm ended with status 3. Try: nvm again" in done.stderr


def test_without_nvm_nothing_is_defined(shell: Shell) -> None:
    done = shell.run(f"PATH=/bin; {NODE}{NODE}print -r -- $PATH $+functions[nvm] $+functions[node] $+NVM_DIR", "-f")
    assert done.stdout == "/bin 0 0 0\n"


@pytest.mark.parametrize("tool", ["pyenv", "rbenv"])
@pytest.mark.parametrize("options", ["", HOSTILE])
def test_the_shims_are_on_path_and_the_manager_is_asked_on_its_first_call(
    shell: Shell, tool: str, options: str
) -> None:
    root = shell.root / "home" / f".{tool}"
    program(root / "shims" / "python", "echo shim")
    program(root / "bin" / tool, f"case $1 in init) echo '{tool}() {{ echo \"real $@\"; }}' ;; *) echo $1 ;; esac")
    done = shell.run(f"{options}{TOOLS}{TOOLS}python; {tool} shell 3; {tool} x; print -r -- ${tool.upper()}_ROOT", "-f")
    assert (done.stdout, done.stderr) == (f"shim\nreal shell 3\nreal x\n{root}\n", "")


def test_a_manager_that_fails_is_named(shell: Shell) -> None:
    program(shell.root / "home" / ".pyenv" / "bin" / "pyenv", "exit 8")
    done = shell.run(f"{TOOLS}pyenv; print $?", "-f")
    assert done.stdout == "4\n"
    assert done.stderr.startswith("zf: pyenv: the loader -zf-load-shims ended with status 8")


@pytest.mark.parametrize("word", ["direnv", "gh", "git", "kubectl", "pyenv", "rbenv", "nvm", "node", "npx", "ssh-add"])
def test_a_tool_that_is_missing_is_named_with_a_way_to_get_it(shell: Shell, word: str) -> None:
    program(shell.root / "bin" / "apt", "")
    done = shell.run(f"{TOOLS}PATH={shell.root}/bin; {word} some thing; print $?", "-f")
    assert done.stdout == "127\n"
    first, second = done.stderr.splitlines()
    assert first.endswith(f": command not found: {word}")
    assert second.startswith(f"zf: {word} is not installed. Try: ")


def test_a_missing_command_in_a_file_or_a_function_is_named_with_its_line(shell: Shell) -> None:
    (shell.root / "lines.zsh").write_text("f() {\n  no-such-f\n}\nno-such-file\nf\n")
    done = shell.run(f"{TOOLS}source {shell.root}/lines.zsh", "-f")
    assert done.stderr.splitlines() == [
        f"{shell.root}/lines.zsh:4: command not found: no-such-file",
        "f:1: command not found: no-such-f",
    ]


def test_any_other_word_gets_zshs_own_message_and_a_users_handler_stays(shell: Shell) -> None:
    done = shell.run(f"{TOOLS}PATH=/nowhere; no-such-thing; print $?", "-f")
    assert (done.stdout, done.stderr) == ("127\n", "zsh: command not found: no-such-thing\n")
    done = shell.run(f"command_not_found_handler() {{ print mine; }}; {TOOLS}PATH=/nowhere; gh", "-f")
    assert done.stdout == "mine\n"
