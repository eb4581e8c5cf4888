"""Rules on processes: what zsh does itself, chains, sleeping."""

from __future__ import annotations

import pytest
from advising import RC, command, evidence, file, findings, function, session

from zshforge.shell.perf import ProcessRecord


def test_forks_that_zsh_does_itself_are_told_together_by_file() -> None:
    seen = evidence(
        session(
            (1, (file(RC, 1),)),
            (2, (file(RC, 1), command("date", (RC, 1)))),
            (3, (file(RC, 2), command("uname", (RC, 2)))),
        ),
        texts={RC: "now=$(date +%s)\nos=$(uname)\n"},
    )
    (found,) = findings("ZF131", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(6)
    assert found.count == 2
    assert found.spot == (RC, 1)
    assert "EPOCHSECONDS" in " ".join(found.evidence)
    assert "OSTYPE" in " ".join(found.evidence)


@pytest.mark.parametrize(
    ("line", "program", "new"),
    [
        ("u=$(whoami)", "whoami", "u=$USERNAME"),
        ('h="$(hostname)"', "hostname", 'h="$HOST"'),
        ("[[ $(id -u) == 0 ]] && x=1", "id", "[[ $EUID == 0 ]] && x=1"),
        ("t=$(tty)", "tty", "t=$TTY"),
        ("c=$(cat ~/.c)", "cat", "c=$(<~/.c)"),
    ],
)
def test_what_means_exactly_the_same_is_changed(line: str, program: str, new: str) -> None:
    seen = evidence(session((3, (file(RC, 1), command(program, (RC, 1))))), texts={RC: line + "\n"})
    (found,) = findings("ZF131", seen)
    assert found.fix is not None
    (edit,) = found.fix.edits
    assert (edit.remove, edit.insert) == ((line,), (new,))


def test_what_means_nearly_the_same_is_left_to_a_person() -> None:
    seen = evidence(session((3, (file(RC, 1), command("basename", (RC, 1))))), texts={RC: "b=$(basename $x)\n"})
    (found,) = findings("ZF131", seen)
    assert found.fix is None


def test_a_function_that_the_line_calls_besides_is_not_promised() -> None:
    stack = (file(RC, 1), function("f", RC, 9))
    seen = evidence(session((3, (file(RC, 1), command("date", (RC, 1)))), (40, stack)), texts={RC: "f $(date)\n"})
    (found,) = findings("ZF131", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(3)


@pytest.mark.parametrize("name", ["git", "python3", "brew, bash, ruby", "(subshell)"])
def test_programs_that_zsh_cannot_replace_are_not_told(name: str) -> None:
    seen = evidence(session((9, (file(RC, 1), command(name, (RC, 1))))), texts={RC: "x=$(something)\n"})
    assert findings("ZF131", seen) == []


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("export A=\"$(printf '%b' '[1;31m')\"", "$'"),
        ("[[ -n $(which fzf) ]]", "commands"),
        ("here=$(pwd)", "PWD"),
        ('x=$(echo "$y" | cut -d: -f1)', ":"),
    ],
)
def test_subshells_of_builtins_are_found_by_their_words(line: str, instead: str) -> None:
    seen = evidence(session((3, (file(RC, 1), command("(subshell)", (RC, 1))))), texts={RC: line + "\n"})
    (found,) = findings("ZF131", seen)
    assert instead in " ".join(found.evidence)


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("uname", "kernel=$(uname -r)"),
        ("grep", "grep --color=auto -q a <<< a && options+=(--color=auto)"),
        ("ls", "ls --version &> /dev/null && gnu=1"),
        ("date", "yesterday=$(date -d yesterday +%F)"),
        ("mkdir", "if command mkdir $dump.lock 2>/dev/null; then"),
    ],
)
def test_what_a_program_alone_can_tell_or_do_is_left_to_it(program: str, line: str) -> None:
    seen = evidence(session((9, (file(RC, 1), command(program, (RC, 1))))), texts={RC: line + "\n"})
    assert findings("ZF131", seen) == []


def test_brew_that_is_asked_for_its_place_is_found() -> None:
    name = "brew, bash, readlink, uname, …"
    seen = evidence(session((40, (file(RC, 1), command(name, (RC, 1))))), texts={RC: "p=$(brew --prefix)\n"})
    (found,) = findings("ZF131", seen)
    assert "HOMEBREW_PREFIX" in " ".join(found.evidence)


def test_functions_that_come_with_zsh_are_not_the_users_to_change() -> None:
    source = "/usr/share/zsh/functions/Misc/zrecompile"
    seen = evidence(
        session((9, (file(RC, 1), function("zrecompile", source, 4), command("wc", (source, 4))))),
        texts={source: "\n\n\nwc -l\n"},
    )
    assert findings("ZF131", seen) == []


def test_a_command_whose_line_nobody_knows_is_not_told() -> None:
    assert findings("ZF131", evidence(session((9, (file(RC, 1), command("date")))))) == []


def test_sleeping_is_found_in_commands_and_in_builtins() -> None:
    seen = evidence(
        session((100, (file(RC, 1), command("sleep", (RC, 1)))), (50, (file(RC, 2),))),
        texts={RC: "sleep 0.1\nzselect -t 5\n"},
    )
    found = findings("ZF133", seen)
    assert [one.spot for one in found] == [(RC, 1), (RC, 2)]
    assert [round(one.saving.ms) for one in found if one.saving] == [100, 50]


def test_a_sleep_whose_line_nobody_knows_is_found_by_its_process() -> None:
    (found,) = findings("ZF133", evidence(session((100, (file(RC, 4), command("sleep"))))))
    assert found.spot is None
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(100)


def test_a_read_that_waits_for_an_answer_is_no_sleep() -> None:
    assert findings("ZF133", evidence(session((50, (file(RC, 1),))), texts={RC: "read -t 1 -rs -d R answer\n"})) == []


def test_a_sleep_in_the_background_is_nobody_s_business() -> None:
    seen = evidence(session((0.4, (file(RC, 1),)), (10, (file(RC, 2),))), texts={RC: "sleep 9 &!\nsource x\n"})
    assert findings("ZF133", seen) == []


def test_a_process_whose_line_one_session_did_not_show_is_the_same_one() -> None:
    one = session((300, (file(RC, 1), command("curl", (RC, 1)))))
    other = session((320, (file(RC, 1), command("curl"))))
    (found,) = findings("ZF134", evidence(one, other, other, texts={RC: "curl x\n"}))
    assert found.spot == (RC, 1)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(300)


def test_a_program_that_always_goes_out_is_found_also_where_its_line_is_not_known() -> None:
    (found,) = findings("ZF134", evidence(session((300, (file(RC, 1), command("curl"))))))
    assert found.spot is None


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("curl", "curl -s https://example.org/motd"),
        ("wget", "wget -qO- example.org"),
        ("git, git-remote-https", "git -C ~/dotfiles fetch --quiet"),
        ("ssh", "ssh host true"),
        ("brew, bash, curl", "brew update"),
    ],
)
def test_a_start_that_waits_for_the_network_is_found(name: str, line: str) -> None:
    seen = evidence(session((300, (file(RC, 1), command(name, (RC, 1))))), texts={RC: line + "\n"})
    (found,) = findings("ZF134", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(300)


@pytest.mark.parametrize(("name", "line"), [("git", "git status"), ("ssh-add", "ssh-add -l"), ("sed", "sed s/curl/x/")])
def test_programs_that_stay_on_this_machine_are_not_told(name: str, line: str) -> None:
    seen = evidence(session((300, (file(RC, 1), command(name, (RC, 1))))), texts={RC: line + "\n"})
    assert findings("ZF134", seen) == []


def chain(*programs: str, step_ms: int = 10) -> tuple[ProcessRecord, ...]:
    """One process that becomes one program after another, then works on."""
    head = ProcessRecord(kind="exec", pid=1, parent=0, stamp_us=0, command="zsh")
    fork = ProcessRecord(kind="fork", pid=100, parent=1, stamp_us=0)
    return (
        head,
        fork,
        *(
            ProcessRecord(kind="exec", pid=100, parent=1, stamp_us=1000 * step_ms * index, command=name)
            for index, name in enumerate(programs)
        ),
        ProcessRecord(kind="exit", pid=100, parent=1, stamp_us=100_000),
    )


def test_a_shim_that_becomes_one_program_after_another_is_found_with_what_that_costs() -> None:
    seen = evidence(
        session((100, (file(RC, 1), command("node, bash, rbenv, bash, …", (RC, 1))))),
        texts={RC: "v=$(node --version)\n"},
        records=(chain("node", "bash", "rbenv", "bash", "node"),),
    )
    (found,) = findings("ZF132", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(40)
    assert found.spot == (RC, 1)
    assert "node → bash → rbenv" in " ".join(found.evidence)


def test_env_and_its_program_are_no_chain() -> None:
    seen = evidence(session((100, (file(RC, 1), command("env, python3", (RC, 1))))), records=(chain("env", "python3"),))
    assert findings("ZF132", seen) == []


def test_without_the_kernel_s_records_nothing_is_said_of_chains() -> None:
    assert findings("ZF132", evidence(session((100, (file(RC, 1), command("a, b, c, d", (RC, 1))))))) == []
