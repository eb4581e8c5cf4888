"""The log of tasks after the prompt is judged on its stamps; what is not known is never well."""

import pytest

from zshforge.integrity.states import check_states
from zshforge.model.async_states import AsyncStates

PROMPT = "PROMPT us=1700000000000000 pid=7 seen=marker"
WELL = ("IDLE", "QUEUED", "RUNNING", "SCANNING", "COMPLETE")


def line(state: str, after: int, *, pid: int = 7, task: str = "security_scan", more: str = "try=1 mode=on") -> str:
    return f"ASYNC_STATE task={task} state={state} us={1_700_000_000_000_000 + after} pid={pid} {more}"


def told(*states: str, pid: int = 7, task: str = "security_scan") -> list[str]:
    return [line(state, 10 * number, pid=pid, task=task) for number, state in enumerate(states, 1)]


def check(*lines: str, end: str = "\n") -> AsyncStates:
    return check_states(("\n".join(lines) + end).encode(), label="log")


def faults(made: AsyncStates) -> list[tuple[str, int]]:
    return [(fault.kind, fault.line) for fault in made.faults]


def test_a_whole_scan_after_the_prompt_is_well_and_counted() -> None:
    made = check(PROMPT, *told(*WELL))
    assert (made.verdict, made.faults, made.shells, made.prompts) == ("pass", (), 1, {"marker": 1, "editor": 0})
    (task,) = made.tasks
    assert (task.task, task.runs, task.complete, task.failed, task.unfinished) == ("security_scan", 1, 1, 0, 0)
    assert (task.nearest_us, task.longest_us) == (30, 20)


def test_running_before_the_prompt_is_the_fault_that_all_this_is_about() -> None:
    early = line("RUNNING", -1)
    made = check(PROMPT, line("IDLE", -3), line("QUEUED", -2), early, line("SCANNING", 4), line("COMPLETE", 5))
    assert (made.verdict, faults(made)) == ("fail", [("early_running", 4)])
    assert "1 microsecond before" in made.faults[0].detail


def test_of_a_thousand_shells_the_one_that_ran_early_is_found() -> None:
    lines = []
    for pid in range(1000, 2000):
        lines += [PROMPT.replace("pid=7", f"pid={pid}"), *told(*WELL, pid=pid)]
    assert check(*lines).verdict == "pass"
    lines[3 + 6 * 500] = line("RUNNING", -5, pid=1500)
    made = check(*lines)
    assert (made.verdict, made.shells) == ("fail", 1000)
    assert ("early_running", 3004) in faults(made)


@pytest.mark.parametrize("states", [WELL[:3], WELL[:4], (*WELL[:3], "FAILED"), (*WELL, *WELL[1:]), WELL[:2]])
def test_a_shell_may_end_at_any_moment_and_scan_more_than_once(states: tuple[str, ...]) -> None:
    assert faults(check(PROMPT, *told(*states))) == []


def test_a_failure_is_tried_again_or_stays() -> None:
    made = check(PROMPT, *told(*WELL[:4], "FAILED", *WELL[1:4], "FAILED"))
    assert made.verdict == "pass"
    assert (made.tasks[0].runs, made.tasks[0].failed, made.tasks[0].retried) == (2, 2, 1)


@pytest.mark.parametrize(
    "states",
    [
        ("IDLE", "RUNNING"),
        (*WELL[:3], "QUEUED"),
        (*WELL[:3], "COMPLETE"),
        (*WELL, "RUNNING"),
        ("IDLE", "COMPLETE"),
        (*WELL, "IDLE"),
        WELL[1:],
    ],
)
def test_a_step_that_no_scan_takes_is_a_fault(states: tuple[str, ...]) -> None:
    made = check(PROMPT, *told(*states))
    assert {kind for kind, _ in faults(made)} == {"transition"}
    assert made.verdict == "fail"


def test_stamps_that_go_back_are_a_fault() -> None:
    made = check(PROMPT, line("IDLE", 10), line("QUEUED", 20), line("RUNNING", 15), line("FAILED", 30))
    assert faults(made) == [("order", 4)]


@pytest.mark.parametrize(
    "broken",
    [
        "ASYNC_STATE task=x state=DONE us=1700000000000001 pid=7 try=1 mode=on",
        "ASYNC_STATE task=x state=IDLE us=12 pid=7 try=1 mode=on",
        "ASYNC_STATE state=IDLE us=1700000000000001 pid=7 try=1 mode=on",
        "ASYNC_STATE task=x state=IDLE us=1700000000000001 pid=x try=1 mode=on",
        "ASYNC_STATE task=x state=IDLE us=1700000000000001 pid=7 try=1 mode=maybe",
        "PROMPT us=1700000000000000 pid=7 seen=nobody",
        "\x00\x01",
        "\udcff".encode("utf-8", "surrogateescape").decode("latin-1"),
        "hello",
        "",
    ],
)
def test_a_line_that_nobody_of_ours_writes_is_a_fault(broken: str) -> None:
    assert faults(check(PROMPT, broken, *told(*WELL))) == [("broken_line", 2)]


def test_a_log_that_ends_within_a_line_was_cut() -> None:
    assert faults(check(PROMPT, *told(*WELL), end="")) == [("broken_line", 6)]


@pytest.mark.parametrize("lines", [(), (PROMPT,), tuple(told(*WELL)), (PROMPT, *told(*WELL[:2]))])
def test_what_shows_nothing_is_unknown_and_never_well(lines: tuple[str, ...]) -> None:
    made = check(*lines) if lines else check_states(b"", label="log")
    assert (made.verdict, made.faults) == ("unknown", ())
    assert made.reasons


def test_one_shell_without_a_prompt_makes_the_whole_unknown_and_a_fault_elsewhere_still_fails() -> None:
    lines = (PROMPT, *told(*WELL), *told(*WELL, pid=8))
    made = check(*lines)
    assert (made.verdict, made.reasons) == ("unknown", ("1 run of a shell whose prompt has no stamp",))
    assert check(*lines, line("COMPLETE", 90, pid=8)).verdict == "fail"


def test_the_head_of_a_log_that_was_turned_over_may_be_the_end_of_a_scan() -> None:
    made = check(line("COMPLETE", 5), PROMPT.replace("pid=7", "pid=8"), *told(*WELL, pid=8))
    assert (made.verdict, made.faults) == ("pass", ())


def test_a_process_number_that_comes_again_is_another_shell() -> None:
    later = "PROMPT us=1700000000900000 pid=7 seen=editor"
    again = [line(state, 900_000 + number) for number, state in enumerate(WELL, 1)]
    made = check(PROMPT, *told(*WELL[:3]), later, *again)
    assert (made.verdict, made.shells, made.prompts) == ("pass", 2, {"marker": 1, "editor": 1})
    assert made.tasks[0].unfinished == 1


def test_tasks_are_told_apart_and_what_shadows_compared_is_counted() -> None:
    shadow = "try=1 mode=shadow"
    lines = [line(state, 9 + number, task="other", more=shadow) for number, state in enumerate(WELL[:4])]
    lines.append(line("COMPLETE", 40, task="other", more=f"{shadow} compared=different"))
    lines += [line(state, 50 + number, task="other", more=shadow) for number, state in enumerate(WELL[1:3])]
    made = check(PROMPT, *told(*WELL), *lines)
    assert made.verdict == "pass"
    assert [(task.task, task.compared) for task in made.tasks] == [("other", {"different": 1}), ("security_scan", {})]
