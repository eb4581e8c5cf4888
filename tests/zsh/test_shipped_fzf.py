"""The keys of fzf, pressed in a real terminal: read at the first press, ordinary without fzf, never completion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

KEYS = r"""print -r -- keys ${"$(bindkey '^R')"##* } ${"$(bindkey '^T')"##* } ${"$(bindkey '\ec')"##* } ."""
FZF = """#!/bin/sh
echo "$@" >> "$HOME/fzf.log"
case $1 in --zsh)
  echo '### key-bindings.zsh ###'
  echo 'fzf-history-widget() { LBUFFER="print -r -- from-history"; }; zle -N fzf-history-widget'
  echo 'fzf-file-widget() { LBUFFER+="from-file"; }; zle -N fzf-file-widget'
  echo 'fzf-cd-widget() { LBUFFER="print -r -- from-cd"; }; zle -N fzf-cd-widget'
  echo 'bindkey -M emacs "^T" fzf-file-widget'
  echo '### end: key-bindings.zsh ###'
  echo '### completion.zsh ###'
  echo 'typeset -g zf_completion=taken; compinit'
  echo '### end: completion.zsh ###' ;;
esac
"""


@pytest.fixture
def fzf(shell: Shell) -> Shell:
    """A home with an fzf that writes its own key bindings."""
    tool = shell.root / "bin" / "fzf"
    tool.parent.mkdir()
    tool.write_text(FZF)
    tool.chmod(0o755)
    shell.env["PATH"] = f"{tool.parent}:/usr/bin:/bin"
    return shell


def plain(screen: str) -> str:
    """The screen without escapes."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]", "", screen)


def runs(shell: Shell) -> int:
    """How often fzf was run."""
    log = shell.root / "home" / "fzf.log"
    return len(log.read_text().splitlines()) if log.exists() else 0


def test_each_key_does_what_fzf_says_and_its_code_is_read_once(fzf: Shell) -> None:
    session = fzf.session("\x12", "print -r -- a \x14", "\x1bc", "\x12", marked=False)
    assert [line for line in plain(session.screen).splitlines() if re.fullmatch(r"(a )?from-\w+\s*", line)] == [
        "from-history",
        "a from-file",
        "from-cd",
        "from-history",
    ]
    assert runs(fzf) == 1


def test_nothing_is_run_or_read_before_the_first_key(fzf: Shell) -> None:
    fzf.session(KEYS, "print -r -- some thing", marked=False)
    assert runs(fzf) == 0


@pytest.mark.parametrize("keymap", ["-e", "-v"])
def test_the_keys_are_bound_in_every_keymap(fzf: Shell, keymap: str) -> None:
    screen = fzf.session(f"bindkey {keymap}", KEYS, marked=False).screen
    assert "keys fzf-history-widget fzf-file-widget fzf-cd-widget ." in screen


def test_completion_is_never_touched(fzf: Shell) -> None:
    screen = fzf.session("\x12", "print -r -- ${zf_completion-left} alone", marked=False).screen
    assert "left alone\r\n" in screen


def test_a_key_that_the_user_has_bound_otherwise_stays_so(fzf: Shell) -> None:
    fzf.write_local("post/keys", "bindkey '^T' transpose-chars")
    screen = fzf.session("\x12", KEYS, marked=False).screen
    assert "keys fzf-history-widget transpose-chars fzf-cd-widget ." in screen


def test_without_fzf_the_keys_are_those_of_zsh(shell: Shell) -> None:
    (shell.root / "bin").mkdir()
    shell.env["PATH"] = f"{shell.root}/bin"
    (shell.zdotdir / ".zshenv").write_text("")
    screen = shell.session(KEYS, "print -r -- opts=$FZF_DEFAULT_OPTS.", marked=False).screen
    assert re.search(r"keys history-incremental-\S+-backward transpose-chars capitalize-word \.", screen)
    assert "opts=.\r\n" in screen


def test_an_fzf_without_key_bindings_is_told_and_the_keys_are_those_of_zsh(fzf: Shell) -> None:
    (fzf.root / "bin" / "fzf").write_text("#!/bin/sh\nexit 2\n")
    body = fzf.zdotdir / "functions" / "-zf-fzf"
    body.write_text(body.read_text().replace("/usr/share", "/nowhere").replace("/usr/local", "/nowhere"))
    screen = plain(fzf.session("print -r -- ba\x14", marked=False).screen)
    assert "zf: fzf gave no key bindings; Ctrl-R, Ctrl-T and Alt-C are those of zsh" in screen
    assert "\nab" in screen


@pytest.mark.parametrize(("given", "wanted"), [(None, "--height=40%"), ("--mine", "--mine"), ("", "")])
def test_the_users_options_are_kept(fzf: Shell, given: str | None, wanted: str) -> None:
    screen = fzf.session("print -r -- opts=${FZF_DEFAULT_OPTS%% *}.", marked=False, FZF_DEFAULT_OPTS=given).screen
    assert f"opts={wanted}.\r\n" in screen


def test_sourced_twice_and_under_hostile_options_the_keys_work(fzf: Shell) -> None:
    names = ["ksh_arrays", "sh_word_split", "no_unset", "sh_glob", "no_glob"]
    options = [word for name in names for word in ("-o", name)]
    again = "source $ZDOTDIR/pre-plugin/05-fzf-init.zsh"
    session = fzf.session(again, "\x12", options=("-d", *options), marked=False)
    assert "from-history" in plain(session.screen).splitlines()
    assert runs(fzf) == 1
