"""Configurations that do to the terminal what they like: a sample can be had from each."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from zshforge.capture.observation import Observation

pytestmark = [pytest.mark.pty, pytest.mark.usefixtures("nothing_left")]
Observe = Callable[..., Observation]


def assert_whole(seen: Observation) -> None:
    """Every latency was measured."""
    assert seen.spawn_us is not None
    assert seen.prompt_us is not None
    assert seen.command_us is not None
    assert seen.spawn_us < seen.prompt_us <= seen.command_us
    assert len(seen.input_us) == 2
    assert seen.prompt_mean_us is not None
    assert "input_ms" not in seen.reasons
    assert "command_ms" not in seen.reasons


@pytest.mark.parametrize(
    ("reads", "again"),
    [
        ("read -r answer", True),
        ("read -rk 5 answer", True),
        ("read -rs answer", True),
        ("read -rq 'answer?Update? [y/N] '", None),
        ("vared -p 'Your name? ' answer", None),
        ("read -rk 1 answer", False),
        ("while read -rt 0.1 -k 1 answer; do :; done", True),
        ("stty -icanon min 0 time 1; dd count=9 bs=1 2>/dev/null >/dev/null; stty sane", True),
        ("print -n > /dev/tty; head -n 1 < /dev/tty > /dev/null", True),
    ],
)
def test_a_start_file_that_reads_the_typed_line_gets_it_and_the_line_is_typed_again(
    briefly: Observe, reads: str, again: bool | None
) -> None:
    seen = briefly(reads)
    assert_whole(seen)
    if again is not None:
        assert ("typed_again" in seen.flags) is again
        assert ("first_command_ms" in seen.reasons) is again


@pytest.mark.parametrize("goes", ["cd /", "mkdir -p ~/last && cd ~/last"])
def test_a_shell_that_goes_elsewhere_is_measured_but_for_its_first_command(briefly: Observe, goes: str) -> None:
    seen = briefly(goes)
    assert_whole(seen)
    assert seen.flags == ("typed_again",)
    assert "first_command_ms" in seen.reasons


TRANSIENT = "fin() { PROMPT='%s'; zle reset-prompt; PROMPT='%s' }; zle -N zle-line-finish fin"
QUESTIONS = {
    "primary attributes": ("\\e[c", "c", "?62"),
    "secondary attributes": ("\\e[>c", "c", ">1"),
    "cursor position": ("\\e[6n", "R", ";"),
    "status": ("\\e[5n", "n", "0"),
    "foreground": ("\\e]10;?\\e\\\\", "\\\\", "rgb:ffff/ffff/ffff"),
    "background": ("\\e]11;?\\a", "\\\\", "rgb:0000/0000/0000"),
    "version": ("\\e[>q", "\\\\", "zshforge"),
    "mode": ("\\e[?2026\\$p", "y", "2026;0"),
    "ansi mode": ("\\e[4\\$p", "y", "4;0"),
    "size": ("\\e[18t", "t", "8;24;80"),
}


@pytest.mark.parametrize(("question", "end", "expected"), QUESTIONS.values(), ids=list(QUESTIONS))
@pytest.mark.parametrize("drained", [False, True], ids=["behind type-ahead", "alone"])
def test_a_configuration_that_asks_the_terminal_gets_its_answer(
    briefly: Observe, tmp_path: Path, question: str, end: str, expected: str, *, drained: bool
) -> None:
    asks = "stty -echo -icanon\n"
    if drained:
        asks += "while read -rst 0.05 -k 1; do :; done\n"
    asks += f'print -n "{question}" > $TTY\nanswer=\n'
    last = f"$answer == *$'\\e'*\"{end}\""
    asks += f"while read -rst 2 -k 1 char; do answer+=$char; [[ {last} ]] && break; done\n"
    asks += "stty sane; print -r -- ${(V)answer} > $HOME/answer"
    seen = briefly(asks)
    assert_whole(seen)
    assert expected in (tmp_path / "home/answer").read_text()
    assert "typed_again" in seen.flags


def test_a_question_in_the_first_prompt_hook_is_answered(briefly: Observe, tmp_path: Path) -> None:
    seen = briefly(
        "ask() { precmd_functions=(); stty -echo -icanon; print -n '\\e[6n' > $TTY; local char answer\n"
        "while read -rst 2 -k 1 char; do answer+=$char; [[ $char != R ]] || break; done; stty sane\n"
        "print -r -- ${(V)answer} > $HOME/answer }\nprecmd_functions=(ask)"
    )
    assert_whole(seen)
    assert (tmp_path / "home/answer").read_text().endswith("R\n")


def test_an_answer_that_nobody_reads_does_not_spoil_the_session(briefly: Observe) -> None:
    assert_whole(briefly("print -n '\\e[5n'"))


@pytest.mark.parametrize(
    "prints",
    [
        "head -c 10000000 /dev/zero | tr '\\0' y",
        "head -c 5000000 /dev/zero | tr '\\0' '\\n'",
        "yes '\\e[31mword\\e[0m' | head -c 4000000",
    ],
)
def test_megabytes_of_output_are_captured_in_time(briefly: Observe, prints: str) -> None:
    seen = briefly(f"setopt no_prompt_sp; {prints}; print", prompt_deadline_s=20.0)
    assert_whole(seen)
    assert seen.prompt_by == "token"
    assert seen.truncated
    assert sum(len(data) for _, data in seen.chunks) < 4 << 20


@pytest.mark.parametrize(
    ("zshrc", "by"),
    [
        ("PROMPT='> '", "editor"),
        ("PROMPT=", "editor"),
        ("PROMPT='> '; RPROMPT='%1~'", "token"),
        ("setopt prompt_subst; PROMPT='$(print -P %1~) > '", "token"),
        ("PROMPT=$'%F{blue}%1~%f\\n> '", "token"),
        ("PROMPT=$'\\n\\n%m\\n> '; RPROMPT='%T'", "token"),
        (
            "PROMPT='%1~> '; fin() { PROMPT='> '; zle reset-prompt; PROMPT='%1~> ' }; zle -N zle-line-finish fin",
            "token",
        ),
        ("PROMPT='> '; fin() { PROMPT='%1~> '; zle reset-prompt; PROMPT='> ' }; zle -N zle-line-finish fin", "editor"),
        ("PROMPT='%1~> '; clear_() { print -n '\\e[H\\e[2J' }; precmd_functions+=(clear_)", "token"),
        ("PROMPT='%1~> '; print -n '\\e[?1049h'", "token"),
        ("PROMPT=$'%1~\\xff\\xfe> '", "token"),
        ("PROMPT=$'\\x9b31m%1~\\x80> '; print '\\xff\\xc3\\x28'", "token"),
        ("PROMPT='%{\\e]0;%1~\\a%}%m> '", "token"),
        ("precmd() { (sleep 0.02; print after the prompt) & }", "token"),
        ("unsetopt prompt_cr prompt_sp; print -n no newline", "token"),
        ("TERM=dumb", "token"),
        ("export COLUMNS=20 LINES=5; stty columns 20 rows 5", "token"),
    ],
)
def test_any_prompt_is_seen_and_the_way_is_told(briefly: Observe, zshrc: str, by: str) -> None:
    seen = briefly(zshrc)
    assert_whole(seen)
    assert seen.prompt_by == by
    assert seen.flags == ()


@pytest.mark.parametrize("modes", ["-echo", "-icanon", "raw", "-onlcr", "intr undef", "-icrnl", "-isig"])
def test_terminal_modes_of_the_configuration_do_not_spoil_the_session(briefly: Observe, modes: str) -> None:
    assert_whole(briefly(f"stty {modes}"))


@pytest.mark.parametrize(
    "starts", ["[[ -z $TMUX ]] && exec tmux", "[[ -z $TMUX ]] && tmux", "[[ -n $TMUX ]] || exec tmux new -A -s main"]
)
def test_a_shell_inside_tmux_is_measured_and_the_server_is_gone_afterwards(briefly: Observe, starts: str) -> None:
    assert shutil.which("tmux"), "tmux is not installed: apt-get install tmux"
    seen = briefly(starts)
    assert_whole(seen)
    assert seen.capabilities.own_tty is True
    assert seen.peak_rss_kb is None
    assert "peak_rss_kb" in seen.reasons


def test_a_shell_that_starts_itself_anew_is_measured_and_watched(briefly: Observe) -> None:
    seen = briefly("[[ -n $AGAIN ]] || AGAIN=1 exec $SHELL -li\nlate() { zmodload zsh/zselect; zselect -t 5 }\nlate")
    assert_whole(seen)
    assert seen.watch_refused is None
    assert "late" in {frame.name for _, look in seen.looks for frame in look.frames}
    assert seen.execs_before_prompt.value == 1
