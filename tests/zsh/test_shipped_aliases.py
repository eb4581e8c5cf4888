"""Aliases, colours, the window's title, and the environment of development tools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

TITLE = re.compile(r"\x1b\]2;([^\x07]*)\x07")


def test_an_alias_of_the_users_own_stays_wherever_it_was_set(shell: Shell) -> None:
    shell.write_local("pre/alias", "alias ll='print mine-first' rm='rm -v'")
    shell.write_local("post/alias", "alias gst='print mine-last'")
    screen = shell.session("alias ll rm gst la").screen
    for wanted in ("ll='print mine-first'", "rm='rm -v'", "gst='print mine-last'", "la='ls -lAh'"):
        assert wanted in screen


def test_no_alias_hides_a_command_but_the_one_that_it_calls(shell: Shell) -> None:
    shell.session(
        "for n v in ${(kv)aliases}; do [[ ${v%% *} == $n || -z ${commands[$n]} ]] || print -r -- $n; done > f"
    )
    assert (shell.root / "zf-here" / "f").read_text() == ""


def test_a_script_has_no_aliases(shell: Shell) -> None:
    assert shell.run("print -r -- $#aliases").stdout.strip() in {"0", "2"}  # zsh's own: run-help, which-command


def test_files_are_not_lost_without_a_question(shell: Shell) -> None:
    for name in "ab":
        (shell.root / "zf-here" / name).write_text(name)
    with shell.live() as live:
        live.press("mv a b\n")
        live.until("overwrite 'b'?")
        live.press("n\n")
    assert (shell.root / "zf-here" / "b").read_text() == "b"


def test_aliases_are_listed_by_category_with_what_the_user_made_of_them(shell: Shell) -> None:
    shell.write_local("post/alias", "alias ll='ls -l'; unalias la")
    lines = shell.session("zf::aliases listing").screen.replace("\r", "").split("\n")
    assert "listing" in lines
    assert "  ll     ls -lh  (yours: ls -l)" in lines
    assert "  la     ls -lAh  (yours: none)" in lines
    assert not [line for line in lines if line.startswith("  gst")]
    screen = shell.session("zf::aliases", "zf::aliases nonsense; print -r -- status $?").screen
    for category in ("safe", "navigation", "listing", "colour", "git"):
        assert f"\n{category}\r" in screen
    assert "no category nonsense. Try: colour, git, listing, navigation, safe" in screen
    assert "status 2" in screen


def test_every_alias_has_a_category(shell: Shell) -> None:
    names = shell.session("print -r -- all ${(ok)${(kv)_zf_aliases}[1]} > /dev/null; zf::aliases > f")
    assert names.status == 0
    listed = re.findall(r"^  (\S+)", (shell.root / "zf-here" / "f").read_text(), re.MULTILINE)
    shell.session("print -rl -- ${(k)${:-x}} >/dev/null; for n v in $_zf_aliases; do print -r -- $n; done > g")
    assert sorted(listed) == sorted((shell.root / "zf-here" / "g").read_text().split())


def test_settings_of_less_and_colours_are_made_unless_the_user_made_them(shell: Shell) -> None:
    assert "set -FiMR 1" in shell.session("print -r -- set $LESS ${+LESS_TERMCAP_md}").screen
    assert (
        "set -X 0" in shell.session("print -r -- set $LESS ${+LESS_TERMCAP_us}", LESS="-X", LESS_TERMCAP_md="").screen
    )


def test_a_listing_is_coloured(shell: Shell) -> None:
    (shell.root / "zf-here" / "folder").mkdir()
    assert "\x1b[01;34mfolder" in shell.session("ls").screen


def test_the_window_is_named_by_the_command_and_control_characters_are_shown(shell: Shell) -> None:
    found = shell.session("print $'a\\x1b]2;evil\\a' # x", ": \x16\x1b]2;evil\x16\x07").titles
    assert "print $'a\\x1b]2;evil\\a' # x" in found
    assert ": ^[]2;evil^G" in found
    assert "exit" in found


def test_only_the_first_line_of_a_command_names_the_window_and_not_all_of_it(shell: Shell) -> None:
    found = shell.session("print '" + "x" * 200 + "'", "print 'a\nb'").titles
    assert max(map(len, found)) == 100
    assert "print 'a" in found


def test_the_folder_names_the_window_while_nothing_runs_and_the_host_over_ssh(shell: Shell) -> None:
    if not (shell.zdotdir / "functions" / "-zf-after-prompt").exists():
        pytest.skip("nothing runs after the prompt yet")
    with shell.live(SSH_CONNECTION="1 2 3 4") as live:
        live.calm()
        live.press("cd /usr\n")
        live.calm()
    found = TITLE.findall(live.raw.decode())
    assert any(re.fullmatch(r"\S+@\S+: cd /usr", title) for title in found)
    assert re.search(r"@\S+: /usr$", found[-1])


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"ZF_TITLE": "0"}])
def test_no_title_where_none_is_wanted(shell: Shell, env: dict[str, Any]) -> None:
    assert shell.session(":", **env).titles == []


def test_no_title_is_written_before_the_prompt(shell: Shell) -> None:
    with shell.live() as live:
        before = live.raw.decode().partition("zf-here")[0]
    assert TITLE.findall(before) == []


TOOLS = 'source "$ZDOTDIR/post-plugin/30-development-env.zsh"; '


def test_folders_of_tools_come_to_path_when_they_are_there_each_once_and_last(shell: Shell) -> None:
    home = shell.root / "home"
    for name in (".cargo/bin", "go/bin", ".local/bin"):
        (home / name).mkdir(parents=True)
    done = shell.run(f"path=(/bin $HOME/go/bin); {TOOLS} source $ZDOTDIR/post-plugin/30*; print -rl -- $path", "-f")
    paths = [line.replace(str(home), "~") for line in done.stdout.splitlines() if line != "/usr/local/go/bin"]
    assert paths == ["/bin", "~/go/bin", "~/.cargo/bin", "~/.local/bin"]


def test_folders_that_xdg_names_are_used_when_the_usual_ones_are_not_there(shell: Shell) -> None:
    data = shell.root / "data"
    for name in ("cargo/bin", "rustup", "go/bin"):
        (data / name).mkdir(parents=True)
    tell = "print -r -- ${CARGO_HOME-} ${RUSTUP_HOME-} ${GOPATH-}; print -r -- $path"
    done = shell.run(f"path=(/bin); {TOOLS}{tell}", "-f", XDG_DATA_HOME=str(data))
    first, second = done.stdout.splitlines()
    assert first.split() == [f"{data}/cargo", f"{data}/rustup", f"{data}/go"]
    assert second.split()[:3] == ["/bin", f"{data}/cargo/bin", f"{data}/go/bin"]
    own = shell.run(f"path=(/bin); CARGO_HOME=/own; {TOOLS}print -r -- $CARGO_HOME", "-f", XDG_DATA_HOME=str(data))
    assert own.stdout == "/own\n"


def test_without_tools_nothing_is_set_and_the_startup_file_of_python_is_untouched(shell: Shell) -> None:
    tell = "print -r -- ${+CARGO_HOME}${+RUSTUP_HOME}${+GOPATH}${+PYTHONSTARTUP} $VIRTUAL_ENV_DISABLE_PROMPT $path"
    done = shell.run(f"path=(/bin); {TOOLS}{tell}", "-f")
    assert done.stdout.replace(" /usr/local/go/bin", "") == "0000 1 /bin\n"
    assert (
        "1\n"
        not in shell.run(f"VIRTUAL_ENV_DISABLE_PROMPT=; {TOOLS}print -r -- $VIRTUAL_ENV_DISABLE_PROMPT", "-f").stdout
    )
