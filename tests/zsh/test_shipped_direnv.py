"""direnv runs where it has something to do, before the next prompt or the first command, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

SHOW = "print -r -- here=$ZF_HERE."
DIRENV = """#!/bin/sh
echo "$1" >> "$HOME/direnv.log"
case $1 in
  hook) echo '_direnv_hook() { eval "$(direnv export zsh)"; }; precmd_functions+=(_direnv_hook);' \
    'chpwd_functions+=(_direnv_hook)' ;;
  export) d=$PWD; while [ -n "$d" ] && [ ! -e "$d/.envrc" ]; do d=${d%/*}; done
    if [ -n "$d" ]; then echo "export DIRENV_DIR=-$d ZF_HERE=$d"; else echo "unset DIRENV_DIR ZF_HERE"; fi ;;
  allow) echo > .envrc ;;
esac
"""


def program(shell: Shell, text: str) -> None:
    """Puts a direnv in place."""
    place = shell.root / "bin" / "direnv"
    place.parent.mkdir(exist_ok=True)
    place.write_text(text)
    place.chmod(0o755)


@pytest.fixture
def direnv(shell: Shell) -> Shell:
    """A home with a direnv, a folder `p` with an .envrc, and one without."""
    program(shell, DIRENV)
    shell.env["PATH"] = f"{shell.root}/bin:/usr/bin:/bin"
    for name in ("p", "q"):
        (shell.root / "zf-here" / name / "deep").mkdir(parents=True)
    (shell.root / "zf-here" / "p" / ".envrc").touch()
    (shell.zdotdir / "functions" / "-zf-after-prompt").write_text("[[ -n $1 && -n $2 ]]\n")
    return shell


def log(shell: Shell) -> list[str]:
    """What direnv was asked."""
    log = shell.root / "home" / "direnv.log"
    return log.read_text().split() if log.exists() else []


def test_it_is_not_run_where_there_is_no_envrc(direnv: Shell) -> None:
    direnv.session("cd q", SHOW, "cd ..", marked=False)
    assert log(direnv) == []


def test_a_folder_with_an_envrc_has_its_environment_at_the_next_prompt(direnv: Shell) -> None:
    screen = direnv.session("cd p/deep", SHOW, "cd ../..", "print -r -- gone=$ZF_HERE.", marked=False).screen
    assert f"here={direnv.root}/zf-here/p." in screen
    assert "gone=." in screen
    assert log(direnv)[:2] == ["hook", "export"]


def test_outside_again_it_costs_nothing_again(direnv: Shell) -> None:
    direnv.session("cd p", "cd ..", ":", ": >| ~/direnv.log", ":", ":", "cd q", marked=False)
    assert log(direnv) == []


def test_a_shell_that_starts_there_has_it_before_its_first_command(direnv: Shell) -> None:
    (direnv.root / "zf-here" / ".envrc").touch()
    session = direnv.session(SHOW, options=("-d",))
    assert f"here={direnv.root}/zf-here." in session.screen
    assert session.children_faults is not None


def test_direnv_itself_makes_it_look(direnv: Shell) -> None:
    screen = direnv.session("cd q", "direnv allow", SHOW, marked=False).screen
    assert f"here={direnv.root}/zf-here/q." in screen


def test_a_hook_of_the_user_is_left_to_itself(direnv: Shell) -> None:
    direnv.write_local("post/direnv", 'eval "$(direnv hook zsh)"')
    screen = direnv.session("cd p", SHOW, "print -rl -- $precmd_functions", marked=False).screen
    assert f"here={direnv.root}/zf-here/p." in screen
    assert "-zf-direnv-hook" not in screen


def test_an_envrc_without_direnv_is_told_once(direnv: Shell) -> None:
    (direnv.root / "bin" / "direnv").unlink()
    screen = direnv.session("cd p", "cd ../q", "cd ../p", marked=False).screen
    assert screen.count("there is no direnv to read it. Try: install direnv") == 1


def test_a_direnv_that_fails_is_told_once_and_hurts_nothing(direnv: Shell) -> None:
    program(direnv, "#!/bin/sh\nexit 1\n")
    screen = direnv.session("cd p", "cd deep", "print -r -- a''live", marked=False).screen
    assert screen.count('"direnv hook zsh" gave no hook. Try: direnv version') == 1
    assert "alive" in screen


def test_hostile_options_change_nothing(direnv: Shell) -> None:
    names = ["ksh_arrays", "sh_word_split", "no_unset", "sh_glob", "no_glob"]
    options = [word for name in names for word in ("-o", name)]
    screen = direnv.session("cd p", SHOW, options=("-d", *options), marked=False).screen
    assert f"here={direnv.root}/zf-here/p." in screen


def test_it_can_be_switched_off(direnv: Shell) -> None:
    direnv.session("cd p", SHOW, marked=False, ZSH_LAZY_INTEGRATIONS_DIRENV="0")
    assert log(direnv) == []
