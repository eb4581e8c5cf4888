"""Many sessions of one or several configurations: order, retries, isolation, artifacts."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from zshforge.capture.artifacts import segment_lines, write_artifacts
from zshforge.capture.campaign import Campaign, Request, capture
from zshforge.capture.schedule import interleaved
from zshforge.model.errors import SessionFailed, UsageError
from zshforge.model.run import Run
from zshforge.model.settings import load_settings
from zshforge.shell.config import BUILTIN, resolve
from zshforge.shell.zsh import find_zsh
from zshforge.store.workspace import Workspace

QUICK = {
    "capture.samples": 2,
    "capture.warmups": 1,
    "capture.overhead_pairs": 1,
    "capture.repository": "empty",
    "capture.prompt_deadline_s": 5.0,
    "capture.settle_ms": 50.0,
}


def run(
    tmp_path: Path, *arguments: str, states: tuple[str, ...] = ("warm",), settings: Mapping[str, object] = QUICK
) -> list[Run]:
    configs = [resolve(argument, cwd=tmp_path, home=tmp_path / "nobody") for argument in arguments]
    request = Request(
        configs=tuple(configs),
        states=states,
        settings=load_settings(environ={}, overrides={**QUICK, **settings}),
        zsh=find_zsh("/usr/local/bin:/usr/bin:/bin", None),
        scratch=tmp_path,
        seed=5,
        user="somebody",
        host="machine",
    )
    return list(capture(request, Campaign.quiet()).runs)


def configuration(tmp_path: Path, text: str, name: str = "one") -> str:
    folder = tmp_path / name
    folder.mkdir()
    (folder / ".zshrc").write_text(text)
    return str(folder)


def test_rounds_are_interleaved_by_the_seed_and_every_configuration_runs_as_often() -> None:
    order = interleaved(3, 4, seed=11)
    assert order == interleaved(3, 4, seed=11)
    assert order != interleaved(3, 4, seed=12)
    for start in range(0, 12, 3):
        assert sorted(order[start : start + 3]) == [0, 1, 2]


@pytest.mark.pty
def test_the_shipped_configuration_is_authentic_native_and_whole(tmp_path: Path) -> None:
    (made,) = run(tmp_path, "builtin", settings={"capture.samples": 3})
    assert made.authentic_samples == 3
    assert made.auth_shortfall == 0
    assert made.partial is False
    assert made.markers_native is True
    assert made.provenance.pre == made.provenance.post == made.provenance.prompt == {"native": 3}
    assert made.framework == "zshforge"
    assert len(made.warmups) == 1
    assert all(s.median is not None for s in made.latencies.values())
    assert made.capabilities.completion is True
    assert {"compinit", "00-path-safety", "50-completion-history"} <= {s.name for s in made.segments}
    assert made.overhead.first_prompt_ms is not None
    assert made.failures == ()


@pytest.mark.pty
def test_a_foreign_configuration_is_authentic_by_observation_and_its_sourced_file_is_a_segment(tmp_path: Path) -> None:
    path = configuration(tmp_path, "source ${0:A:h}/none 2>/dev/null; source ${${(%):-%x}:A:h}/inner.zsh")
    (tmp_path / "one" / "inner.zsh").write_text("zmodload zsh/zselect; zselect -t 6")
    (made,) = run(tmp_path, path)
    assert made.authentic_samples == 2
    assert made.markers_native is False
    assert made.provenance.prompt == {"observed": 2}
    inner = next(s for s in made.segments if s.name == "inner.zsh")
    assert inner.ms.median == pytest.approx(60, abs=4)
    assert made.framework == "plain"


@pytest.mark.pty
def test_several_configurations_are_interleaved_in_one_run(tmp_path: Path) -> None:
    first, second = run(
        tmp_path, configuration(tmp_path, ""), configuration(tmp_path, "zmodload zsh/zselect; zselect -t 5", "two")
    )
    slow, fast = second.latencies["first_prompt_ms"].median, first.latencies["first_prompt_ms"].median
    assert slow is not None
    assert fast is not None
    assert slow - fast == pytest.approx(50, abs=6)
    assert first.seed == second.seed


@pytest.mark.pty
def test_cold_and_warm_are_named_states_with_runs_of_their_own(tmp_path: Path) -> None:
    path = configuration(tmp_path, "autoload -Uz compinit; compinit -u -d $ZDOTDIR/.zcompdump")
    cold, warm = run(tmp_path, path, states=("cold", "warm"))
    assert (cold.state, warm.state) == ("cold", "warm")
    assert (cold.latencies["first_prompt_ms"].median or 0) > 2 * (warm.latencies["first_prompt_ms"].median or 0)


@pytest.mark.pty
def test_a_configuration_that_never_prompts_fails_with_phase_and_screen_and_its_retries_are_told(
    tmp_path: Path,
) -> None:
    path = configuration(tmp_path, "print I am stuck; while true; do :; done")
    with pytest.raises(SessionFailed) as caught:
        run(tmp_path, path, settings={"capture.prompt_deadline_s": 0.7, "capture.retries": 1})
    assert caught.value.phase == "start"
    assert any("I am stuck" in line for line in caught.value.screen)


@pytest.mark.pty
def test_a_session_that_fails_now_and_then_is_tried_again_and_counted(tmp_path: Path) -> None:
    counter = tmp_path / "count"
    counter.write_text("0")
    path = configuration(tmp_path, f"n=$(<{counter}); print -r -- $((n+1)) >| {counter}; (( n == 3 )) && exit 7; true")
    (made,) = run(tmp_path, path, settings={"capture.retries": 1, "capture.overhead_pairs": 0})
    assert made.authentic_samples == 2
    assert len(made.failures) == 1
    assert made.failures[0].retried is True
    assert "status 7" in made.failures[0].what


@pytest.mark.pty
def test_nothing_of_the_home_changes_and_no_history_line_is_gained(tmp_path: Path) -> None:
    home = tmp_path / "nobody"
    (home / ".local/share/zsh").mkdir(parents=True)
    (home / ".local/share/zsh/history").write_text("echo before\n")
    (home / ".zshrc").write_text(
        "HISTFILE=$HOME/.local/share/zsh/history HISTSIZE=100 SAVEHIST=100; setopt inc_append_history share_history\n"
    )

    def state() -> dict[str, str]:
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(home.rglob("*"))
            if path.is_file()
        }

    before = state()
    (made,) = run(tmp_path, "home")
    assert made.authentic_samples == 2
    assert state() == before


@pytest.mark.pty
def test_nothing_is_left_in_the_scratch_folder(tmp_path: Path) -> None:
    path = configuration(tmp_path, "")
    before = sorted(path.name for path in tmp_path.iterdir())
    run(tmp_path, path)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.pty
def test_artifacts_are_written_validated_and_the_segment_file_keeps_the_guides_format(tmp_path: Path) -> None:
    (made,) = run(tmp_path, "builtin")
    space = Workspace(root=tmp_path / "space")
    write_artifacts(space, (made,))
    multi = json.loads((space.metrics / "perf-multi-current.json").read_bytes())
    assert multi["schema"] == "perf-multi.v2"
    current = json.loads((space.metrics / "perf-current.json").read_bytes())
    assert current["schema"] == "perf-current.v2"
    assert current["lifecycle"]["prompt_ready_ms"] > 0
    assert current["cold_ms"] is None
    lines = (space.metrics / "perf-current-segments.txt").read_text().splitlines()
    assert any(line.startswith("SEGMENT name=compinit ms=") and " start_us=" in line for line in lines)
    assert sum(line.startswith("PROMPT_READY_COMPLETE ") for line in lines) == 1
    assert segment_lines(made.per_run[-1], "0123abcd") == [*lines, "POLICY checksum=0123abcd"]


def test_an_unknown_repository_kind_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"capture\.repository"):
        run(tmp_path, "builtin", settings={"capture.repository": "huge"})


@pytest.mark.pty
def test_a_warm_up_that_fails_is_written_down_and_the_samples_are_taken(tmp_path: Path) -> None:
    count = "integer n=0; [[ ! -e ~/count ]] || n=$(<~/count); print $(( ++n )) >| ~/count"
    path = configuration(tmp_path, f"{count}\nif (( n == 4 )); then exit 3; fi")
    (made,) = run(tmp_path, path, settings={"capture.warmups": 2, "capture.retries": 0})
    assert (len(made.warmups), made.samples, made.auth_shortfall) == (1, 2, 0)
    assert [(f.index, f.retried) for f in made.failures] == [(2, False)]


@pytest.mark.pty
def test_a_sample_that_is_not_authentic_is_taken_again_when_others_are_and_the_reason_is_kept(tmp_path: Path) -> None:
    counter = tmp_path / "count"
    counter.write_text("0")
    folder = tmp_path / "marks"
    shutil.copytree(BUILTIN, folder)
    count = f"() {{ local n=$(<{counter}); print -r -- $((n+1)) >| {counter}; (( n != 2 )) || unset ZF_MARK_FD }}\n"
    (folder / ".zshenv").write_text(count + (folder / ".zshenv").read_text())
    (made,) = run(tmp_path, str(folder), settings={"capture.retries": 1, "capture.overhead_pairs": 0})
    assert made.authentic_samples == 2
    assert [failure.retried for failure in made.failures] == [True]
    assert "not authentic" in made.failures[0].what
    assert made.per_run[0].attempt == 2
