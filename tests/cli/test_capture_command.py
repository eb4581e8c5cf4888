"""``zf capture`` as a person runs it: the installed command, a real zsh, exit codes, artifacts."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from zshforge.model.run import Run, RunSet
from zshforge.model.schema import decode

pytestmark = pytest.mark.pty
ZF = [sys.executable, "-m", "zshforge"]
QUICK = ["-n", "2", "--warmups", "1"]
SMALL = {"ZF_CAPTURE_REPOSITORY": "empty", "ZF_CAPTURE_OVERHEAD_PAIRS": "1", "ZF_CAPTURE_SETTLE_MS": "50"}


def environment(tmp_path: Path, **extra: str) -> dict[str, str]:
    home = tmp_path / "me"
    home.mkdir(exist_ok=True)
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    keep = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**keep, "HOME": str(home), "TMPDIR": str(scratch), **SMALL, **extra}


def zf(tmp_path: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ZF, "capture", *arguments],
        capture_output=True,
        text=True,
        env=environment(tmp_path, **extra),
        cwd=tmp_path,
        check=False,
        timeout=100,
    )


def configuration(tmp_path: Path, text: str, name: str = "one") -> str:
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    (folder / ".zshrc").write_text(text)
    return str(folder)


def run_of(done: subprocess.CompletedProcess[str]) -> Run:
    assert done.returncode == 0, done.stderr
    record = decode("perf-multi.v2", done.stdout.encode(), where="stdout")
    assert isinstance(record, Run)
    return record


def test_the_first_screen_is_one_sentence_and_the_document_is_on_disk(tmp_path: Path) -> None:
    done = zf(tmp_path, "builtin", *QUICK)
    assert done.returncode == 0, done.stderr
    assert "ms to prompt" in done.stdout.splitlines()[0]
    metrics = tmp_path / "me/.local/state/zshforge/artifacts/metrics"
    assert json.loads((metrics / "perf-multi-current.json").read_text())["authentic_samples"] == 2
    assert (metrics / "perf-current.json").exists()


def test_json_is_the_only_thing_on_standard_output(tmp_path: Path) -> None:
    made = run_of(zf(tmp_path, "builtin", *QUICK, "--json"))
    assert made.authentic_samples == 2
    assert made.provenance.prompt == {"native": 2}


def test_several_configurations_make_a_set(tmp_path: Path) -> None:
    done = zf(tmp_path, configuration(tmp_path, ""), configuration(tmp_path, "", "two"), *QUICK, "--json")
    assert done.returncode == 0, done.stderr
    record = decode("perf-set.v1", done.stdout.encode(), where="stdout")
    assert isinstance(record, RunSet)
    assert len(record.runs) == 2


def test_a_revision_of_a_git_repository_is_a_configuration(tmp_path: Path) -> None:
    repo = tmp_path / "dotfiles"
    repo.mkdir()
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost"]
    subprocess.run([*git, "init", "-q", "-b", "main"], cwd=repo, check=True)
    (repo / ".zshrc").write_text("zmodload zsh/zselect; zselect -t 10")
    subprocess.run([*git, "add", "."], cwd=repo, check=True)
    subprocess.run([*git, "commit", "-qm", "slow"], cwd=repo, check=True)
    (repo / ".zshrc").write_text("")
    subprocess.run([*git, "commit", "-qam", "fast"], cwd=repo, check=True)
    done = subprocess.run(
        [*ZF, "capture", "HEAD:.", "HEAD~1:.", *QUICK, "--json"],
        capture_output=True, text=True, env=environment(tmp_path), cwd=repo, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    fast, slow = json.loads(done.stdout)["runs"]
    difference = slow["latencies"]["first_prompt_ms"]["median"] - fast["latencies"]["first_prompt_ms"]["median"]
    assert difference == pytest.approx(100, abs=8)


def test_a_configuration_that_cannot_be_measured_is_told_with_the_last_screen_and_exit_code_4(tmp_path: Path) -> None:
    path = configuration(tmp_path, "print here I stop; exit 3")
    done = zf(tmp_path, path, *QUICK, ZF_CAPTURE_RETRIES="0")
    assert done.returncode == 4
    assert "status 3" in done.stderr
    assert "here I stop" in done.stderr
    assert done.stdout == ""


def test_what_is_no_configuration_is_a_usage_error(tmp_path: Path) -> None:
    done = zf(tmp_path, "no/such/place")
    assert done.returncode == 2
    assert "no/such/place" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["-n", "0"], ["-n", "many"], ["--state", "tepid"]])
def test_a_flag_out_of_range_is_a_usage_error(tmp_path: Path, arguments: list[str]) -> None:
    assert zf(tmp_path, "builtin", *arguments).returncode == 2


def test_a_second_capture_waits_and_then_names_the_first(tmp_path: Path) -> None:
    path = configuration(tmp_path, "zmodload zsh/zselect; zselect -t 300")
    env = environment(tmp_path)
    first = subprocess.Popen(
        [*ZF, "capture", path, *QUICK], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=tmp_path
    )
    try:
        time.sleep(2)
        second = zf(tmp_path, "builtin", *QUICK, PERF_CAPTURE_LOCK_TIMEOUT_MS="100")
        assert second.returncode == 4
        assert str(first.pid) in second.stderr
    finally:
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=20)
    assert first.returncode == 130


def test_an_interrupt_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    path = configuration(tmp_path, "sleep 87 &\nzmodload zsh/zselect; zselect -t 300")
    env = environment(tmp_path)
    process = subprocess.Popen([*ZF, "capture", path, *QUICK], stderr=subprocess.PIPE, env=env, cwd=tmp_path)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in stderr
    assert [p.name for p in (tmp_path / "scratch").iterdir() if p.is_dir()] == []
    assert not [p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [])[-1:] == ["87"]]


def test_what_a_killed_capture_left_is_removed_by_the_next_one(tmp_path: Path) -> None:
    path = configuration(tmp_path, "trap '' HUP; sleep 88 &\nzmodload zsh/zselect; zselect -t 300")
    env = environment(tmp_path)
    process = subprocess.Popen([*ZF, "capture", path, *QUICK], env=env, cwd=tmp_path)
    time.sleep(2)
    process.kill()
    process.wait()
    assert [p for p in (tmp_path / "scratch").iterdir() if p.is_dir()]
    assert zf(tmp_path, configuration(tmp_path, "", "two"), *QUICK).returncode == 0
    assert [p.name for p in (tmp_path / "scratch").iterdir() if p.is_dir()] == []
    assert not [p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [])[-1:] == ["88"]]


def test_a_cached_run_is_used_again_only_on_request_and_the_decision_is_told(tmp_path: Path) -> None:
    path = configuration(tmp_path, "")
    first = run_of(zf(tmp_path, path, *QUICK, "--json", "--reuse"))
    again = run_of(zf(tmp_path, path, *QUICK, "--json", PERF_CAPTURE_ENABLE_CACHE="1"))
    anew = run_of(zf(tmp_path, path, *QUICK, "--json"))
    forced = run_of(zf(tmp_path, path, *QUICK, "--json", PERF_CAPTURE_ENABLE_CACHE="1", PERF_CAPTURE_FORCE="1"))
    assert any(note.startswith("measured: no earlier run") for note in first.notes)
    assert again.run_id == first.run_id
    assert any(note.startswith("reused") for note in again.notes)
    assert len({first.run_id, anew.run_id, forced.run_id}) == 3
    (tmp_path / "one/.zshrc").write_text("# changed\n")
    changed = run_of(zf(tmp_path, path, *QUICK, "--json", "--reuse"))
    assert any("config_digest" in note for note in changed.notes)


def test_the_seed_is_recorded_and_can_be_given(tmp_path: Path) -> None:
    assert run_of(zf(tmp_path, configuration(tmp_path, ""), *QUICK, "--seed", "77", "--json")).seed == 77


def test_a_recording_of_the_run_can_be_replayed(tmp_path: Path) -> None:
    made = run_of(zf(tmp_path, "builtin", *QUICK, "--json"))
    shown = subprocess.run(
        [*ZF, "replay", made.run_id],
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        cwd=tmp_path,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert "first_prompt_seen" in shown.stdout


def test_what_was_captured_passes_the_authenticity_check(tmp_path: Path) -> None:
    run_of(zf(tmp_path, "builtin", "-n", "5", "--warmups", "1", "--json"))
    metrics = tmp_path / "me/.local/state/zshforge/artifacts/metrics"
    files = [
        str(metrics / name) for name in ("perf-multi-current.json", "perf-current.json", "perf-current-segments.txt")
    ]
    done = subprocess.run(
        [*ZF, "check-authentic", *files], capture_output=True, text=True, env=environment(tmp_path), check=False
    )
    assert done.returncode == 0, done.stdout


def test_tracing_goes_to_standard_error_and_touches_no_artifact(tmp_path: Path) -> None:
    done = zf(tmp_path, "builtin", *QUICK, "--json", PERF_SEGMENT_TRACE="1")
    assert run_of(done).authentic_samples == 2
    lines = [line for line in done.stderr.splitlines() if line.startswith("{")]
    assert any(json.loads(line)["trace"] == "sample" for line in lines)


def failing_at(tmp_path: Path, *starts: int) -> str:
    """A configuration that leaves with status 3 at these starts; every sample takes two (one is for the exit time)."""
    given = " || ".join(f"n == {start}" for start in starts)
    text = "integer n=0; [[ ! -e ~/count ]] || n=$(<~/count); print $(( ++n )) >| ~/count\n"
    return configuration(tmp_path, f"{text}if (( {given} )); then exit 3; fi\n")


def test_sessions_that_failed_are_told_at_the_end_and_the_rest_is_a_partial_document(tmp_path: Path) -> None:
    path = failing_at(tmp_path, 5)
    done = zf(tmp_path, path, "-n", "3", "--warmups", "1", "--json", ZF_CAPTURE_RETRIES="0")
    assert done.returncode == 3, done.stderr
    (told,) = (line for line in done.stderr.splitlines() if "sessions failed" in line)
    assert "1 of 3 sessions failed" in told
    assert "status 3" in told
    made = json.loads(done.stdout)
    assert (made["samples"], made["auth_shortfall"], made["partial"]) == (2, 1, True)
    assert len(made["failures"]) == 1


def test_without_enforcement_a_partial_document_is_a_pass_that_still_tells(tmp_path: Path) -> None:
    path = failing_at(tmp_path, 5)
    done = zf(tmp_path, path, "-n", "3", "--warmups", "1", ZF_CAPTURE_RETRIES="0", PERF_CAPTURE_ENFORCE_AUTH="0")
    assert done.returncode == 0, done.stderr
    assert "1 of 3 sessions failed" in done.stderr


def test_where_partial_runs_are_not_allowed_there_is_no_document_and_no_artifact(tmp_path: Path) -> None:
    path = failing_at(tmp_path, 5)
    done = zf(
        tmp_path, path, "-n", "3", "--warmups", "1", "--json", ZF_CAPTURE_RETRIES="0", PERF_CAPTURE_ALLOW_PARTIAL="0"
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert "capture.allow_partial" in done.stderr
    assert not (tmp_path / "me/.local/state/zshforge/artifacts/metrics").exists()


def test_an_attempt_that_was_repeated_is_told_and_spoils_nothing(tmp_path: Path) -> None:
    path = failing_at(tmp_path, 5)
    done = zf(tmp_path, path, "-n", "2", "--warmups", "1", "--json", ZF_CAPTURE_RETRIES="1")
    assert done.returncode == 0, done.stderr
    assert "1 attempt failed" in done.stderr
    assert json.loads(done.stdout)["auth_shortfall"] == 0


def test_a_run_can_be_saved_as_a_baseline_and_the_earlier_one_is_kept(tmp_path: Path) -> None:
    metrics = tmp_path / "me/.local/state/zshforge/artifacts/metrics"
    done = zf(tmp_path, "builtin", "-n", "5", "--warmups", "1", "--json", "--save-baseline", "default")
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    saved = json.loads((metrics / "perf-baseline.json").read_text())
    assert (saved["schema"], saved["kind"], saved["run_id"]) == ("baseline.v1", "current", run["run_id"])
    pre = json.loads((metrics / "preplugin-baseline.json").read_text())
    assert pre["samples_ms"] == run["lifecycle"]["pre_plugin_total_ms"]["values"]
    judged = subprocess.run(
        [*ZF, "check-authentic", str(metrics / "perf-baseline.json"), str(metrics / "preplugin-baseline.json")],
        capture_output=True, text=True, env=environment(tmp_path), check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout
    again = zf(tmp_path, "builtin", *QUICK, "--save-baseline", "default")
    assert again.returncode == 0, again.stderr
    assert "baseline.pre_runs" in again.stderr
    assert json.loads((metrics / "perf-baseline.previous.json").read_text())["run_id"] == run["run_id"]
    assert json.loads((metrics / "preplugin-baseline.json").read_text()) == pre


def test_a_partial_run_is_no_baseline_and_says_so_with_exit_code_3(tmp_path: Path) -> None:
    path = failing_at(tmp_path, 5)
    done = zf(
        tmp_path, path, "-n", "3", "--warmups", "1", "--json", "--save-baseline", "mine",
        ZF_CAPTURE_RETRIES="0", PERF_CAPTURE_ENFORCE_AUTH="0",
    )  # fmt: skip
    assert done.returncode == 3
    assert "no baseline" in done.stderr
    assert json.loads(done.stdout)["partial"] is True
    assert not (tmp_path / "me/.local/state/zshforge/artifacts/metrics/baselines").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["builtin", "--save-baseline", "a/b"],
        ["builtin", "builtin", "--save-baseline", "mine"],
        ["builtin", "--state", "both", "--save-baseline", "mine"],
    ],
)
def test_what_cannot_become_one_baseline_is_refused_before_anything_is_measured(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = zf(tmp_path, *arguments)
    assert done.returncode == 2
    assert "baseline" in done.stderr
    assert list((tmp_path / "scratch").iterdir()) == []


def test_boundaries_of_the_workspace_move_the_phases_of_a_foreign_configuration(tmp_path: Path) -> None:
    pause = "zmodload zsh/zselect; zselect -t"
    path = configuration(tmp_path, f"{pause} 4\nsource ${{${{(%):-%x}}:A:h}}/mine/a.zsh\n{pause} 2\n")
    (tmp_path / "one/mine").mkdir()
    (tmp_path / "one/mine/a.zsh").write_text(f"{pause} 3")
    without = run_of(zf(tmp_path, path, *QUICK, "--json"))
    (tmp_path / "zf.toml").write_text('[boundaries]\nplugins = ["*/mine/*.zsh"]\n')
    moved = run_of(zf(tmp_path, path, *QUICK, "--json"))
    assert without.framework == moved.framework == "plain"
    assert {s.name: s.phase for s in without.segments}["a.zsh"] == "post_plugin"
    assert {s.name: s.phase for s in moved.segments}["a.zsh"] == "plugins"
    before, after = (run.lifecycle["pre_plugin_total_ms"].median or 0 for run in (without, moved))
    assert after - before >= 38  # the pause in front of the plugin is now before the boundary
    assert moved.authentic_samples == 2
    assert (tmp_path / "artifacts/metrics/perf-multi-current.json").exists()


def test_a_polite_kill_cleans_up_like_an_interrupt(tmp_path: Path) -> None:
    path = configuration(tmp_path, "zmodload zsh/zselect; zselect -t 300")
    process = subprocess.Popen([*ZF, "capture", path, *QUICK], env=environment(tmp_path), cwd=tmp_path)
    time.sleep(2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 130
    assert [p.name for p in (tmp_path / "scratch").iterdir() if p.is_dir()] == []
