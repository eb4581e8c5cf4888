"""Shells from which no sample can be had: one clear message, in time, and nothing of them is left."""

import time
from collections.abc import Callable

import pytest

from zshforge.capture.observation import Observation
from zshforge.model.errors import ExitCode, SessionFailed

pytestmark = [pytest.mark.pty, pytest.mark.usefixtures("nothing_left")]
Observe = Callable[..., Observation]

DEADLINE_S = 0.8
ENDING_S = 5.0  # hanging up, killing, reaping, and a machine that is busy with something else


@pytest.fixture
def failure(observed: Observe) -> Callable[..., SessionFailed]:
    """The error of a session that has to fail, and to do so in time."""

    def fail(zshrc: str | bytes, **changes: object) -> SessionFailed:
        begin = time.monotonic()
        with pytest.raises(SessionFailed) as caught:
            observed(zshrc, **{"prompt_deadline_s": DEADLINE_S, **changes})
        assert time.monotonic() - begin < 2 * DEADLINE_S + ENDING_S
        assert caught.value.exit_code is ExitCode.CANNOT_MEASURE
        assert caught.value.hint
        assert "\n" not in str(caught.value)
        return caught.value

    return fail


Failure = Callable[..., SessionFailed]


def test_an_endless_loop_names_the_file_and_shows_the_process(failure: Failure) -> None:
    error = failure("print here I am\nwhile :; do :; done")
    assert error.phase == "start"
    assert "no prompt within 0.8 s" in error.what
    assert "home/.zshrc" in error.what
    assert "here I am" in "\n".join(error.screen)
    assert any("zsh -li" in line for line in error.processes)


def test_an_endless_loop_in_a_function_names_the_function_and_the_file(failure: Failure) -> None:
    error = failure("spin() { while :; do :; done }\nspin")
    assert "function spin" in error.what
    assert "home/.zshrc" in error.what


def test_an_endless_loop_of_a_shell_that_nobody_looks_at_names_the_function_and_the_file(failure: Failure) -> None:
    error = failure("spin() { while :; do :; done }\nspin", native=True, watch=False)
    assert "function spin" in error.what
    assert "home/.zshrc" in error.what


def test_an_endless_loop_that_prints_shows_what_it_prints(failure: Failure) -> None:
    error = failure("while :; do print round and round; done")
    assert "home/.zshrc" in error.what
    assert "round and round" in error.screen


def test_an_exit_names_the_status(failure: Failure) -> None:
    error = failure("print leaving; exit 3")
    assert error.phase == "start"
    assert "exited with status 3" in error.what
    assert "leaving" in error.screen
    assert error.processes == ()


def test_an_exec_names_the_program_that_replaced_the_shell(failure: Failure) -> None:
    error = failure("exec sleep 100")
    assert "replaced by" in error.what
    assert "sleep" in error.what
    assert any("sleep 100" in line for line in error.processes)


@pytest.mark.parametrize("shell", ["exec sh -c 'kill -SEGV $$'", "kill -SEGV $$"])
def test_a_crash_names_the_signal(failure: Failure, shell: str) -> None:
    assert "killed by SIGSEGV" in failure(shell).what


def test_a_prompt_that_never_comes_names_the_hook_and_what_it_waits_for(failure: Failure) -> None:
    error = failure("precmd() { sleep 100 }")
    assert "function precmd" in error.what
    assert "sleep 100" in error.what
    assert any("sleep 100" in line for line in error.processes)


def test_a_first_command_that_never_comes_is_told_apart_from_a_prompt_that_never_comes(failure: Failure) -> None:
    error = failure("preexec() { sleep 100 }")
    assert error.phase == "first command"
    assert "a prompt was seen" in error.what
    assert "function preexec" in error.what


@pytest.mark.parametrize(
    ("reads", "named"), [("cat", "cat"), ("read -r one; read -r two", ".zshrc"), ("exec cat", "cat")]
)
def test_a_start_file_that_never_stops_reading_is_named(failure: Failure, reads: str, named: str) -> None:
    error = failure(reads)
    assert named in error.what
    assert "standard input" in error.hint or "exec" in error.hint


def test_a_shell_that_ignores_every_signal_that_can_be_ignored_is_ended_too(failure: Failure) -> None:
    error = failure("trap '' HUP INT QUIT TERM; sleep 101 & while :; do :; done")
    assert "home/.zshrc" in error.what


def test_a_process_that_left_the_session_ends_with_a_failed_session_too(failure: Failure) -> None:
    error = failure("(trap '' HUP; setsid sleep 100 &) ; sleep 0.2; exit 3")
    assert "exited with status 3" in error.what


def test_a_first_command_that_is_not_seen_because_output_goes_elsewhere_is_named_as_such(failure: Failure) -> None:
    error = failure("exec >/dev/null")
    assert error.phase == "first command"
    assert "standard output" in error.what


def test_a_closed_output_is_named_as_such(failure: Failure) -> None:
    assert "standard output is closed" in failure("exec >&-").what


def test_a_line_that_is_never_run_is_told_with_how_often_it_was_typed(failure: Failure) -> None:
    error = failure("zle -N accept-line acc; acc() { BUFFER=; zle .accept-line }", prompt_deadline_s=5.0)
    assert error.phase == "first command"
    assert "typed 4 times" in error.what
    assert "5 s" not in error.what


def test_a_program_that_is_not_there_is_named(failure: Failure) -> None:
    error = failure("", zsh="/nowhere/zsh")
    assert "/nowhere/zsh could not be started" in error.what
    assert error.phase == "start"


def test_a_fork_bomb_with_a_limit_is_ended_whole(failure: Failure) -> None:
    error = failure("for i in {1..40}; do (trap '' HUP; sleep 100) & done; (setsid sleep 100 &); wait")
    assert len(error.processes) > 40


def test_errors_of_the_shell_are_on_the_last_screen(failure: Failure) -> None:
    error = failure("setopt err_exit; precmd() { missing-command }")
    assert "exited with status 127" in error.what
    assert any("command not found: missing-command" in line for line in error.screen)


def test_an_editor_that_takes_the_typed_line_for_commands_is_told(failure: Failure) -> None:
    error = failure("bindkey -v; init() { zle -K vicmd }; zle -N zle-line-init init")
    assert error.phase == "first command"
    assert "rebind Enter" in error.hint


def test_bytes_that_are_not_text_do_not_spoil_the_message(failure: Failure) -> None:
    error = failure(b"print '\xff\xfe\x9b31m\xc3'; exit 3")
    assert "exited with status 3" in error.what
    assert error.screen
    assert "\ufffd" in "".join(error.screen) or error.screen[0].isprintable()
