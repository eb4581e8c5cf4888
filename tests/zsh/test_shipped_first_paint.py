"""The first paint: a prompt before anything is read, replaced in place; nothing typed or printed is lost."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live import Live
from painted import PAINT, SLOW, cache, warm
from repositories import BASE, git

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty


def plain(data: bytes) -> str:
    """Text without escapes."""
    return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[78=>])", "", data.decode(errors="replace"))


def test_the_prompt_is_on_the_screen_before_the_modules_are_read(shell: Shell) -> None:
    git(shell.root / "zf-here", BASE)
    warm(shell)
    shell.write_local("pre/slow", SLOW.format(1.5))
    began = time.monotonic()
    with Live(shell) as live:
        live.until(lambda: bool(re.search("zf-here main [#%]$", live.last)))
        assert time.monotonic() - began < 1.2
        painted = live.lines()
        live.until(lambda: b"\x1b[?2004h" in live.raw)
        live.rest()
        assert live.lines() == painted
        assert (live.screen.cursor.y, live.screen.cursor.x) == (0, len(painted[0]) + 1)
    shown = re.sub(rb"\x1b\]2;[^\x07]*\x07", b"", live.raw)  # without the title of the window
    assert shown.count(b"zf-here") == 2, "painted once, drawn once"


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
@pytest.mark.parametrize("paint", ["1", "0"])
def test_no_process_is_started_before_the_first_prompt_stands(shell: Shell, paint: str) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    shell.write_local("pre/no-completion", "_COMPINIT_DONE=1  # compinit itself starts one")
    warm(shell)
    trace = shell.root / "trace"
    tracer = ("strace", "-f", "-s", "99", "-o", str(trace), "-e", "trace=clone,clone3,fork,vfork,write")
    with Live(shell, under=tracer, ZF_PAINT=paint) as live:
        live.until("main ?1")
    before, _, after = trace.read_text().partition("[?2004h")
    assert not re.findall("(clone3?|v?fork)\\(", before)
    assert re.findall("(clone3?|v?fork)\\(", after), "the tracer sees processes"


def test_the_first_start_paints_nothing_and_the_second_does(shell: Shell) -> None:
    with Live(shell) as live:
        live.rest(0.5)
        assert PAINT not in live.raw
    with Live(shell) as live:
        live.rest(0.5)
        assert live.raw.count(PAINT) == 1


def test_a_painted_start_looks_in_the_end_like_one_that_is_not(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    seen = []
    for _ in range(3):
        with Live(shell) as live:
            live.until("?1")
            live.rest()
            seen.append((live.lines(), live.screen.cursor.x, live.screen.cursor.y))
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("where", ["top", "bottom"])
def test_what_modules_print_stands_above_the_prompt(shell: Shell, where: str) -> None:
    warm(shell)
    shell.write_local("pre/out", "print -r -- to-out; print -ru2 -- to-err; sh -c 'echo of-a-child'")
    shell.write_local("post/open", "print -rn -- left-open")
    with Live(shell, size=(80, 24 if where == "top" else 5)) as live:
        live.rest(0.5)
        assert live.raw.count(PAINT) == 1
        lines = live.lines()
    assert [line.rstrip("%#") for line in lines[:-1]] == ["to-out", "to-err", "of-a-child", "left-open"]
    assert re.search("zf-here [#%]$", lines[-1])


def test_type_ahead_is_kept_in_order_and_nothing_is_run_early(shell: Shell) -> None:
    warm(shell)
    shell.write_local("pre/slow", SLOW.format(0.7))
    shell.write_local("post/last", "ready=yes")
    with Live(shell) as live:
        live.until("zf-here")
        live.press("print -r -- 1 $ready\nprint -r -- 2 $ready\nprint -r -- half")
        live.until(lambda: "2 yes" in live.lines())
        live.rest()
        assert [line for line in live.lines() if re.match(r"\d", line)] == ["1 yes", "2 yes"]
        assert live.last.endswith("print -r -- half")
        live.press("way\n")
        live.until(lambda: "halfway" in live.lines())


def test_a_hundred_kilobytes_of_type_ahead_are_all_run_in_order(shell: Shell) -> None:
    warm(shell)
    shell.write_local("pre/slow", SLOW.format(0.3))
    count = 100_000 // 50
    with Live(shell, size=(80, 24)) as live:
        live.until("zf-here")
        live.press("".join(f": {'x' * 27}; a+=({n:06})" + "\n" for n in range(count)))
        live.press('[[ "$a" == "$(seq -f %06g -s " " 0 1999)" ]]; print -r -- "same: $?"\n')
        live.until("same: 0", 60)


@pytest.mark.parametrize("ends", ["exit 3", "kill -TERM $$; exit 3"])
def test_a_module_that_ends_the_shell_is_heard(shell: Shell, ends: str) -> None:
    warm(shell)
    shell.write_local("post/end", f"print -r -- last words; {ends}")
    with Live(shell) as live:
        live.until("last words")
        live.child.wait(10)


def test_a_module_with_an_error_is_heard_and_the_prompt_stands(shell: Shell) -> None:
    warm(shell)
    shell.write_local("pre/bad", "if then fi )")
    (shell.zdotdir / "plugins.zsh").write_text("no-such-command-here\n")
    with Live(shell) as live:
        live.until("no-such-command-here")
        live.until("parse error")
        live.run("print -r -- alive")
        assert "alive" in live.lines()


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"zf1 built-in %F{red}half", b"zf2 built-in x end\n", b"none\n", b"\x00\xff\x1b]0;x", b"x" * 100000],
)
def test_a_broken_cache_is_ignored_and_mended(shell: Shell, content: bytes) -> None:
    file = warm(shell)
    good = file.read_bytes()
    file.write_bytes(content)
    with Live(shell) as live:
        live.until("zf-here")
        live.until(lambda: file.read_bytes() == good)
        assert PAINT not in live.raw
    with Live(shell) as live:
        live.until("zf-here")
        assert PAINT in live.raw


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_cache_of_somebody_else_is_ignored(shell: Shell, what: str) -> None:
    file = warm(shell)
    os.chown(file if what == "file" else file.parent, 65534, 65534)
    with Live(shell) as live:
        live.until("zf-here")
        live.rest()
        assert PAINT not in live.raw


def test_nothing_in_the_cache_is_executed(shell: Shell) -> None:
    file = warm(shell)
    file.write_text("zf1 own $(touch ran)`touch ran`${(e)$(touch ran)} zf-here> end\n")
    with Live(shell) as live:
        live.until("zf-here")
        live.rest()
    assert not list(shell.root.glob("**/ran"))


@pytest.mark.parametrize(
    ("env", "options"),
    [
        ({"TERM": "dumb"}, ()),
        ({"TERM": "vt100"}, ()),
        ({"ZF_SAFE": "1"}, ()),
        ({"ZF_PAINT": "0"}, ()),
        ({}, ("-c", "print -r -- zf-here")),
    ],
)
def test_nothing_is_painted_where_it_would_be_wrong(
    shell: Shell, env: dict[str, str], options: tuple[str, ...]
) -> None:
    warm(shell, env)
    with Live(shell, options=options, env=env) as live:
        live.until("zf-here")
        live.take(0.5)
        assert PAINT not in live.raw


def test_nothing_is_painted_when_the_output_is_no_terminal(shell: Shell) -> None:
    warm(shell)
    done = shell.run("exec 3>&1; zsh -i <<<'print -r -- hi'", "-f")
    assert "\x1b7" not in done.stdout
    assert "hi" in done.stdout


def test_sourcing_again_paints_nothing(shell: Shell) -> None:
    warm(shell)
    with Live(shell) as live:
        live.until("zf-here")
        live.run("source $ZDOTDIR/.zshrc")
        assert live.raw.count(PAINT) == 1


def test_a_prompt_of_the_users_own_is_painted_next_time(shell: Shell) -> None:
    shell.write_local("post/own", "PROMPT='%F{red}mine%f %1~> '")
    warm(shell)
    shell.write_local("pre/slow", SLOW.format(1))
    with Live(shell) as live:
        live.until(lambda: live.last == "mine zf-here>")
        assert b"\x1b[?2004h" not in live.raw
    (shell.local / "post" / "own.zsh").unlink()
    with Live(shell) as live:
        live.until(lambda: b"\x1b[?2004h" in live.raw)
        live.until(lambda: bool(re.search("/zf-here [#%]$", live.last)))


def test_a_prompt_that_would_run_something_is_not_painted(shell: Shell) -> None:
    shell.write_local("post/own", "setopt prompt_subst; PROMPT='$(print zf-here)> '")
    warm(shell)
    with Live(shell) as live:
        live.until("zf-here>")
        assert PAINT not in live.raw


def test_the_painted_prompt_is_of_this_folder_and_this_branch(shell: Shell) -> None:
    git(shell.root / "zf-here", BASE)
    warm(shell)
    other = shell.root / "zf-here" / "other"
    other.mkdir()
    git(other, f"{BASE} && git checkout -qb side")
    with Live(shell, folder=other, VIRTUAL_ENV="/x/venv") as live:
        live.rest(0.5)
        painted = plain(live.raw.split(PAINT)[1].split(b"\x1b8")[0])
        assert re.search(r"zf-here/other side \(venv\) [#%] $", painted)


def test_the_users_redirections_and_options_survive(shell: Shell) -> None:
    warm(shell)
    shell.write_local("post/own", "exec 2>$HOME/err; unsetopt prompt_sp; PROMPT_EOL_MARK=mark")
    with Live(shell) as live:
        live.until("zf-here")
        live.rest()
        live.run("print -ru2 -- kept; print -r -- $+PROMPT_EOL_MARK$PROMPT_EOL_MARK $options[promptsp]")
        assert "1mark off" in live.lines()
    assert (shell.root / "home" / "err").read_text() == "kept\n"


def test_nothing_of_the_paint_is_left_in_the_shell(shell: Shell) -> None:
    warm(shell)
    with Live(shell) as live:
        live.until("zf-here")
        live.rest()
        live.run("print -r -- left ${(k)parameters[(I)_zf_paint*]} $+PROMPT_EOL_MARK ${(M)precmd_functions:#*paint*}")
        assert "left 0" in [line.rstrip() for line in live.lines()]
        folder = Path(f"/proc/{live.child.pid}/fd")
        open_files = [str(file.readlink()) for file in folder.iterdir()]
    assert len([name for name in open_files if name.startswith("/dev/pts/")]) == len(("in", "out", "err", "editor"))
    assert not [name for name in open_files if "zshforge/output" in name]


def test_a_shell_that_is_killed_while_loading_leaves_a_cache_that_works(shell: Shell) -> None:
    warm(shell)
    shell.write_local("pre/slow", SLOW.format(5))
    with Live(shell) as live:
        live.until("zf-here")
        os.kill(live.child.pid, signal.SIGKILL)
    (shell.local / "pre" / "slow.zsh").unlink()
    with Live(shell) as live:
        live.until("zf-here")
        assert PAINT in live.raw


def test_other_terminals_have_their_own_cache(shell: Shell) -> None:
    warm(shell)
    warm(shell, {"LC_ALL": "C"})
    warm(shell, {"NO_COLOR": "1"})
    assert len(list(cache(shell).glob("paint-*"))) == 3
    with Live(shell, LC_ALL="C") as live:
        live.rest(0.5)
        assert PAINT in live.raw
        assert live.raw.isascii()


def test_the_cache_is_private(shell: Shell) -> None:
    file = warm(shell)
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    assert not list(file.parent.glob("paint-*.[0-9]*"))


def told(shell: Shell) -> str:
    """Which version of the paint a start has read; waits until that one is compiled."""
    compiled, reference = (shell.zdotdir / "bundle" / f"first-paint.{end}" for end in ("zsh.zwc", "ref"))
    text = (shell.zdotdir / "first-paint.zsh").read_bytes()
    with Live(shell) as live:
        live.rest(0.5)
        live.run("print -r -- told $_zf_told")
        live.until(lambda: compiled.exists() and reference.exists() and reference.read_bytes() == text)
        return next(line for line in live.lines() if line.startswith("told "))


@pytest.mark.parametrize("how", ["written", "written with an older time", "replaced by an older file"])
def test_the_compiled_paint_is_used_for_the_very_file_that_it_was_made_of_alone(shell: Shell, how: str) -> None:
    (shell.zdotdir / "bundle").mkdir()
    source = shell.zdotdir / "first-paint.zsh"
    text = source.read_text()
    for age, version in enumerate(("first", "second")):
        file = shell.root / "new" if how.startswith("replaced") else source
        file.write_text(text.replace("return 0\n", f"return 0\ntypeset -g _zf_told={version}\n", 1))
        if how != "written":
            os.utime(file, (1_000_000_000 - age, 1_000_000_000 - age))
        file.rename(source)
        assert [told(shell), told(shell)] == [f"told {version}"] * 2
