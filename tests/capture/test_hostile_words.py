"""Configurations that redefine words, options, hooks and traps: the driver needs none of them as they were."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from zshforge.capture.observation import Observation
from zshforge.capture.plan import SessionPlan
from zshforge.capture.session import observe

pytestmark = [pytest.mark.pty, pytest.mark.usefixtures("nothing_left")]
Observe = Callable[..., Observation]


def assert_whole(seen: Observation) -> None:
    """Every latency was measured, and the driver told what it found."""
    assert seen.reasons == {}
    assert seen.flags == ()
    assert seen.prompt_us is not None
    assert seen.command_us is not None
    assert seen.idle_us is not None
    assert len(seen.input_us) == 2
    assert seen.prompt_mean_us is not None
    assert seen.capabilities.completion is False


def shown(seen: Observation) -> str:
    return b"".join(data for _, data in seen.chunks).decode(errors="replace")


BUILTINS = "print source . read exec zle eval emulate typeset local printf return exit unset zmodload set [ test true :"


@pytest.mark.parametrize("word", BUILTINS.split())
def test_a_builtin_that_is_redefined_as_a_function_or_an_alias_stands_in_for_nothing(
    briefly: Observe, tmp_path: Path, word: str
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.zshenv").write_text("unsetopt global_rcs")  # Debian's own start files use some of these
    hijack = f"echo HIJACKED {word.strip('[:.') or 'word'}"
    redefined = f"function {word} {{ {hijack} }}\nalias -- '{word}={hijack}'" if word != "exec" else "function exec { }"
    seen = briefly(redefined)
    assert_whole(seen)
    assert "HIJACKED" not in shown(seen)


def test_global_aliases_on_every_word_of_the_driver_expand_nowhere(briefly: Observe) -> None:
    words = "builtin local print read case esac if then fi typeset zle exec return status input key quit word argument"
    words += " function emulate zsh true while do done in -r -u -A -N -F -D -R -g -gi -e -- '$word' -zf-say and or not"
    seen = briefly(
        f"alias -g {' '.join(f'{word}=HIJACKED' for word in words.split())}\nalias -s zsh=HIJACKED s=HIJACKED"
    )
    assert_whole(seen)
    assert "HIJACKED" not in shown(seen)


OPTIONS = [
    "ksh_arrays",
    "sh_word_split",
    "no_unset",
    "err_exit",
    "err_return",
    "null_glob",
    "no_bang_hist",
    "ignore_eof",
    "no_prompt_cr",
    "single_line_zle",
    "extended_history",
    "rc_quotes",
    "csh_junkie_quotes",
    "csh_junkie_loops",
    "ignore_braces",
    "ignore_close_braces",
    "sh_glob ksh_glob",
    "glob_subst rc_expand_param",
    "posix_builtins",
    "posix_identifiers posix_argzero posix_strings",
    "xtrace",
    "verbose",
    "source_trace",
    "warn_create_global warn_nested_var",
    "all_export",
    "no_clobber",
    "correct correct_all",
    "hist_verify hist_ignore_space",
    "share_history inc_append_history",
    "no_multibyte",
    "no_multi_func_def no_short_loops",
    "force_float c_bases octal_zeroes",
    "ksh_typeset ksh_zero_subscript",
    "local_options local_traps local_patterns",
    "no_equals no_glob no_case_match",
    "print_exit_value",
    "interactive_comments no_rcs no_hash_cmds",
    "prompt_subst prompt_bang",
    "auto_cd auto_pushd cdable_vars path_dirs",
    "no_monitor no_notify",
    "no_function_argzero",
    "pipe_fail",
    "vi",
    "no_aliases",
    "no_rc_quotes ksh_option_print transient_rprompt",
]


@pytest.mark.parametrize("options", OPTIONS)
def test_an_option_of_the_users_changes_nothing_that_is_measured(briefly: Observe, options: str) -> None:
    assert_whole(briefly(f"HISTFILE=$HOME/.zsh_history SAVEHIST=100 HISTSIZE=100\nsetopt {options}"))


@pytest.mark.parametrize("shell", ["sh", "ksh", "csh"])
def test_a_shell_that_emulates_another_is_measured(briefly: Observe, shell: str) -> None:
    assert_whole(briefly(f"PROMPT='%1~> '; emulate {shell}; setopt prompt_percent"))


def test_a_trace_into_the_terminal_is_no_trace_of_the_driver(briefly: Observe) -> None:
    seen = briefly("setopt xtrace; exec 2>$TTY; PS4='TRACE %N:%i> '")
    assert_whole(seen)
    assert "-zf-control" not in shown(seen)


def test_a_shell_without_line_editor_gives_what_can_be_had_and_the_reason_for_the_rest(briefly: Observe) -> None:
    seen = briefly("setopt no_zle")
    assert seen.prompt_us is not None
    assert seen.command_us is not None
    assert seen.capabilities.completion is False
    assert "line editor is off" in seen.reasons["input_ms"]
    assert "line editor is off" in seen.reasons["command_ms"]


@pytest.mark.parametrize(
    "keys",
    [
        "bindkey -v",
        "bindkey '^J' undefined-key",
        "bindkey '^M' accept-line '^J' accept-line",
        "bindkey -r '^U' '^C' '^D'",
        "zle -N accept-line acc; acc() { zle .accept-line }",
        "bindkey -e; KEYTIMEOUT=1",
    ],
)
def test_keys_of_the_users_do_not_spoil_the_session(briefly: Observe, keys: str) -> None:
    seen = briefly(keys)
    assert seen.command_us is not None
    assert len(seen.input_us) == 2
    assert seen.prompt_mean_us is not None


HOOKS = {
    "overwritten": "reset() { precmd_functions=(reset) }; precmd_functions=(reset)",
    "reset by precmd": "precmd() { precmd_functions=() }",
    "read-only": "typeset -gar precmd_functions",
    "a scalar": "precmd_functions=none; unset precmd_functions; typeset -g precmd_functions=none",
    "precmd redefined": "precmd() { precmd() { : } }",
    "failing": "precmd() { return 1 }; preexec() { return 1 }; precmd_functions+=(nonexistent)",
    "erroneous": "precmd() { print ${broken:?is broken} }",
    "line hooks": "init() { return 1 }; zle -N zle-line-init init; zle -N zle-line-pre-redraw init",
    "erroneous line hook": "init() { print ${broken:?} }; zle -N zle-line-init init; zle -N zle-line-pre-redraw init",
    "hook widgets": "autoload -Uz add-zle-hook-widget; w() { : }; add-zle-hook-widget line-pre-redraw w; "
    "add-zle-hook-widget line-init w",
    "periodic": "PERIOD=1; periodic() { : }",
    "prints": "precmd() { print line }; preexec() { print line }; zshaddhistory() { return 1 }",
    "timeout": "TMOUT=1; TRAPALRM() { zle reset-prompt }",
}


@pytest.mark.parametrize("hooks", HOOKS.values(), ids=list(HOOKS))
def test_hooks_of_the_users_do_not_keep_empty_commands_from_being_counted(briefly: Observe, hooks: str) -> None:
    assert_whole(briefly(hooks))


@pytest.mark.parametrize(
    "traps",
    [
        "trap '' INT TERM HUP QUIT TSTP",
        "TRAPINT() { print caught; return 1 }; TRAPHUP() { : }; TRAPTERM() { : }",
        "TRAPEXIT() { print bye }",
        "trap 'print bye' EXIT; zshexit() { print bye; false }",
        "TRAPZERR() { print -n }; TRAPDEBUG() { : }",
        "trap ':' DEBUG WINCH CHLD ALRM USR1",
    ],
)
def test_traps_of_the_users_do_not_spoil_the_session(briefly: Observe, traps: str) -> None:
    assert_whole(briefly(traps))


@pytest.mark.parametrize(
    "variables",
    [
        "IFS=:",
        "IFS=",
        "IFS=0123456789",
        "typeset -r IFS",
        "REPLY=x reply=(x); typeset -r REPLY",
        "unset TERM",
        "TTY=/dev/null",
    ],
)
def test_variables_of_the_users_do_not_spoil_the_session(briefly: Observe, variables: str) -> None:
    assert_whole(briefly(variables))


def test_the_driver_leaves_options_aliases_and_words_as_they_were(briefly: Observe, tmp_path: Path) -> None:
    state = (
        "{ print -rl -- ${(kv)options} ${(kv)aliases} ${(kv)galiases} $IFS ${(ok)functions:#-zf-*} ${precmd_functions-}"
    )
    seen = briefly(
        f"zmodload zsh/parameter; setopt no_unset sh_word_split; alias -g HH='| head'\n"
        f"state() {state} }}\nstate > $HOME/before\n"
        f"TRAPEXIT() {{ state > $HOME/after }}"
    )
    assert_whole(seen)
    before, after = (set((tmp_path / "home" / name).read_text().splitlines()) for name in ("before", "after"))
    assert before ^ after <= {"TRAPEXIT"}


@pytest.mark.parametrize("blind", ["module_path=()", "setopt restricted"])
def test_a_shell_that_cannot_be_driven_gives_what_can_be_had_without_a_long_wait(briefly: Observe, blind: str) -> None:
    begin = time.monotonic()
    seen = briefly(blind)
    assert time.monotonic() - begin < 4
    assert seen.command_us is not None
    assert "ready to be driven" in seen.reasons["input_ms"]
    assert "ready to be driven" in seen.reasons["command_ms"]


def test_an_editor_that_is_too_slow_for_the_session_is_given_up_at_its_deadline(briefly: Observe) -> None:
    begin = time.monotonic()
    seen = briefly("slow() { zselect -t 200; zle .self-insert }; zle -N self-insert slow", session_deadline_s=1.5)
    assert time.monotonic() - begin < 4
    assert seen.command_us is None or "input_ms" in seen.reasons


def test_an_enter_that_does_nothing_on_an_empty_line_leaves_the_other_latencies(briefly: Observe) -> None:
    seen = briefly("acc() { [[ -z $BUFFER ]] || zle .accept-line }; zle -N accept-line acc", session_deadline_s=3.0)
    assert len(seen.input_us) == 2
    assert "empty line" in seen.reasons["command_ms"]


@pytest.mark.parametrize("light", [False, True])
def test_a_history_gains_no_line_when_the_shell_leaves(briefly: Observe, tmp_path: Path, *, light: bool) -> None:
    (tmp_path / "history").write_text(": 1:0;true\n")
    seen = briefly(f"HISTFILE={tmp_path}/history HISTSIZE=9 SAVEHIST=9; setopt extended_history", light=light)
    assert seen.command_us is not None
    assert (tmp_path / "history").read_text() == ": 1:0;true\n"


@pytest.mark.parametrize("home", ["/proc/self/nowhere", "/nowhere/at/all", "/sys/kernel"])
def test_a_home_that_cannot_be_written_is_measured(session_plan: Callable[..., SessionPlan], home: str) -> None:
    plan = session_plan("HISTFILE=$HOME/.zsh_history SAVEHIST=9 HISTSIZE=9; autoload -Uz compinit; compinit")
    plan.environment["ZDOTDIR"] = plan.environment["HOME"]
    plan.environment["HOME"] = home
    seen = observe(plan)
    assert seen.command_us is not None
    assert len(seen.input_us) == 2
    assert seen.prompt_mean_us is not None
    assert seen.capabilities.completion is True


def test_a_home_without_the_right_to_write_is_measured(briefly: Observe, tmp_path: Path) -> None:
    """As root the mode alone hinders nobody; then this proves no more than that it does not hurt."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.zshrc").touch()
    (tmp_path / "home").chmod(0o500)
    try:
        seen = briefly("HISTFILE=$HOME/.zsh_history SAVEHIST=9 HISTSIZE=9")
    finally:
        (tmp_path / "home").chmod(0o700)
    assert_whole(seen)
