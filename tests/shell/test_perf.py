"""The kernel's own records of a process tree: forks, execs and exits, with stamps on the session's clock."""

import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from zshforge.shell.perf import CountersRefused, InstructionCounter, ProcessRecords

linux = pytest.mark.skipif(sys.platform != "linux", reason="perf events exist on Linux only")


def gated(script: str) -> tuple[subprocess.Popen[bytes], int]:
    """A child that waits for one line on a pipe before it turns into ``sh -c script``."""
    read, write = os.pipe()
    child = subprocess.Popen(["/bin/sh", "-c", 'read x; exec /bin/sh -c "$0"', script], stdin=read)
    os.close(read)
    return child, write


@linux
def test_every_fork_and_exec_of_a_tree_is_recorded_in_order() -> None:
    child, gate = gated("/bin/true; (/bin/true); exit 3")
    with ProcessRecords(child.pid) as records:
        before = time.time_ns() // 1000
        os.write(gate, b"\n")
        child.wait()
        after = time.time_ns() // 1000
        found = records.collect()
    os.close(gate)
    stamps = [record.stamp_us for record in found]
    assert stamps == sorted(stamps)
    assert all(before <= stamp <= after for stamp in stamps)
    assert [r.command for r in found if r.kind == "exec"][:2] == ["sh", "true"]
    assert sum(r.kind == "exec" for r in found) == 3
    assert sum(r.kind == "fork" for r in found) >= 2


@linux
def test_a_fork_names_the_child_and_its_parent() -> None:
    child, gate = gated("/bin/true; /bin/true")
    with ProcessRecords(child.pid) as records:
        os.write(gate, b"\n")
        child.wait()
        forks = [r for r in records.collect() if r.kind == "fork"]
    os.close(gate)
    assert forks
    assert forks[0].parent == child.pid
    assert forks[0].pid != child.pid


@linux
def test_records_that_the_kernel_had_to_drop_are_not_passed_over() -> None:
    child, gate = gated("i=0; while [ $i -lt 3000 ]; do (:); i=$((i+1)); done")
    with ProcessRecords(child.pid) as records:
        os.write(gate, b"\n")
        child.wait()
        found = records.collect()
    os.close(gate)
    assert sum(record.kind == "fork" for record in found) < 3000
    assert records.lost > 0


@linux
def test_records_that_are_collected_in_time_are_all_there() -> None:
    child, gate = gated("i=0; while [ $i -lt 1000 ]; do (:); i=$((i+1)); done")
    with ProcessRecords(child.pid) as records:
        os.write(gate, b"\n")
        found = []
        while child.poll() is None:
            found += records.collect()
            time.sleep(0.001)
        found += records.collect()
    os.close(gate)
    assert sum(record.kind == "fork" for record in found) == 1000
    assert records.lost == 0


@linux
def test_records_of_a_process_that_is_gone_are_refused_with_the_reason() -> None:
    child = subprocess.Popen(["/bin/true"])
    child.wait()
    with pytest.raises(CountersRefused, match="No such process"):
        ProcessRecords(child.pid)


@linux
def test_instructions_are_counted_or_refused_with_a_reason_never_guessed() -> None:
    child, gate = gated("i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done")
    counted, reason = None, ""
    try:
        counter = InstructionCounter(child.pid)
    except CountersRefused as refused:
        reason = str(refused)
        os.write(gate, b"\n")
        child.wait()
    else:
        with counter:
            os.write(gate, b"\n")
            child.wait()
            counted = counter.read()
    os.close(gate)
    assert "user instructions" in reason if counted is None else counted > 100_000


def test_a_paranoid_kernel_is_named_in_the_reason(tmp_path: Path) -> None:
    (tmp_path / "perf_event_paranoid").write_text("4\n")
    refused = CountersRefused.because(13, "instructions", tmp_path)
    assert "perf_event_paranoid is 4" in str(refused)


@linux
def test_sleeping_and_waking_are_recorded_on_demand() -> None:
    child = subprocess.Popen(["/bin/sh", "-c", "read -r _; sleep 0.1"], stdin=subprocess.PIPE)
    assert child.stdin is not None
    with ProcessRecords(child.pid, switches=True) as records:
        child.stdin.write(b"\n")
        child.stdin.close()
        child.wait()
        found = [r for r in records.collect() if r.pid == child.pid and r.kind in ("sleep", "wake")]
    slept = [b.stamp_us - a.stamp_us for a, b in pairwise(found) if (a.kind, b.kind) == ("sleep", "wake")]
    assert max(slept) > 50_000


@linux
def test_a_process_that_was_made_to_leave_the_processor_is_told_from_one_that_sleeps() -> None:
    script = "read -r _; sleep 0.05; i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"
    cpu = min(os.sched_getaffinity(0))
    rival = subprocess.Popen(["taskset", "-c", str(cpu), "/bin/sh", "-c", "while :; do :; done"])
    child = subprocess.Popen(["taskset", "-c", str(cpu), "/bin/sh", "-c", script], stdin=subprocess.PIPE)
    assert child.stdin is not None
    try:
        with ProcessRecords(child.pid, switches=True) as records:
            child.stdin.write(b"\n")
            child.stdin.close()
            child.wait()
            found = [r for r in records.collect() if r.pid == child.pid and r.kind in ("sleep", "wake")]
    finally:
        rival.kill()
        rival.wait()
    off = [(a.preempted, b.stamp_us - a.stamp_us) for a, b in pairwise(found) if (a.kind, b.kind) == ("sleep", "wake")]
    assert max(us for preempted, us in off if not preempted) > 40_000
    assert any(preempted for preempted, _ in off)


@linux
def test_switches_do_not_hide_the_names_of_programs() -> None:
    child = subprocess.Popen(["/bin/sh", "-c", "read -r _; sleep 0.01; :"], stdin=subprocess.PIPE)
    assert child.stdin is not None
    with ProcessRecords(child.pid, switches=True) as records:
        child.stdin.write(b"\n")
        child.stdin.close()
        child.wait()
        assert [r.command for r in records.collect() if r.kind == "exec"] == ["sleep"]
