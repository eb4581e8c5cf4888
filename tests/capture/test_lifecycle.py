"""Lifecycle and segments of a session, from the shell's own markers or from looks at its call stack."""

from test_marks import GOOD

from zshforge.capture.lifecycle import foreign_story, native_story
from zshforge.capture.observation import Observation
from zshforge.model.markers import LIFECYCLE, Provenance
from zshforge.shell.frameworks import recognise
from zshforge.shell.inside import Frame, Look


def look(*names: str, editing: bool = False) -> Look:
    kinds = ("source" if "/" in name or name.startswith(".") else "function" for name in names)
    return Look(frames=tuple(Frame(kind=k, name=n, line=1) for k, n in zip(kinds, names, strict=True)), editing=editing)


RC, OMZ, LIB = "/h/.zshrc", "/h/.oh-my-zsh/oh-my-zsh.sh", "/h/.oh-my-zsh/lib/git.zsh"
FOREIGN = Observation(
    spawn_us=1_000,
    prompt_us=50_000,
    prompt_by="token",
    command_us=60_000,
    idle_us=90_000,
    looks=(
        (2_000, look()),
        (3_000, look("/h/.zshenv")),
        (5_000, look(RC)),
        (10_000, look(RC, OMZ)),
        (12_000, look(RC, OMZ, LIB)),
        (20_000, look(RC, OMZ)),
        (22_000, look(RC, OMZ, "compinit")),
        (30_000, look(RC, OMZ)),
        (32_000, look(RC)),
        (40_000, look()),
        (45_000, look("precmd")),
        (48_000, look(editing=True)),
        (55_000, look("./s")),
        (58_000, look(editing=True)),
    ),
    looks_gap_us=400,
)


def test_native_markers_are_taken_as_they_are_and_the_rest_is_observed() -> None:
    seen = Observation(spawn_us=50, prompt_us=5_000, command_us=6_000, idle_us=7_000, marks=tuple(GOOD))
    story = native_story(seen)
    stamps = {m.name: (m.stamp_us, m.provenance) for m in story.markers}
    assert tuple(m.name for m in story.markers) == LIFECYCLE
    assert stamps["pre_plugin_end"] == (1400, Provenance.NATIVE)
    assert stamps["first_prompt_seen"] == (5_000, Provenance.OBSERVED)
    assert story.lifecycle.pre_plugin_total_ms == 1.2
    assert story.lifecycle.post_plugin_total_ms == 2.6
    assert story.lifecycle.prompt_ready_ms == 3.1
    assert story.problems == ()


def test_a_native_segment_inside_another_one_is_not_counted_twice() -> None:
    inner = "SEGMENT name=inner ms=1 phase=post_plugin sample=warm start_us=2000 end_us=3000"
    seen = Observation(spawn_us=50, prompt_us=5_000, command_us=6_000, idle_us=7_000, marks=(*GOOD, inner))
    own = {s.name: s.self_us for s in native_story(seen).segments}
    assert own == {"00-path-safety": 1_100, "compinit": 1_000, "inner": 1_000}


def test_a_prompt_that_is_painted_first_is_not_the_end_of_the_start() -> None:
    story = native_story(Observation(spawn_us=50, prompt_us=700, marks=tuple(GOOD)))
    ready = next(m.stamp_us for m in story.markers if m.name == "prompt_ready")
    assert ready is not None
    assert story.start_ms == (ready - 50) / 1000
    outside = [s for s in story.segments if s.name != "inner"]
    assert sum(s.self_us or 0 for s in outside) / 1000 + (story.unattributed_ms or 0) == story.start_ms


def test_files_of_the_system_keep_their_whole_path() -> None:
    seen = Observation(
        spawn_us=0, prompt_us=9_000, looks=((1_000, look("/etc/zsh/zshrc")), (4_000, look(RC)), (8_000, look()))
    )
    assert {s.name for s in foreign_story(seen, recognise([RC])).segments} == {"/etc/zsh/zshrc", ".zshrc"}


def test_a_missing_native_marker_leaves_a_hole_and_a_reason_never_a_number() -> None:
    lines = tuple(line for line in GOOD if "post_plugin_end" not in line)
    story = native_story(Observation(spawn_us=50, prompt_us=5_000, marks=lines))
    assert story.lifecycle.post_plugin_total_ms is None
    assert story.provenance.post is Provenance.MISSING
    assert story.salvage["post_plugin_total_ms"] == 2.0
    assert "missing:post_plugin_end" in story.problems
    assert "post_plugin_total_ms" in story.reasons


def test_a_foreign_session_is_divided_by_what_was_sourced() -> None:
    story = foreign_story(FOREIGN, recognise([RC, OMZ, LIB]))
    stamps = {m.name: m.stamp_us for m in story.markers}
    assert stamps["rc_start"] == 3_000
    assert stamps["pre_plugin_end"] == 10_000
    assert stamps["plugins_end"] == 32_000
    assert stamps["post_plugin_end"] == 40_000
    assert stamps["prompt_ready"] == 48_000
    assert story.lifecycle.pre_plugin_total_ms == 7.0
    assert story.lifecycle.post_plugin_total_ms == 30.0
    assert story.lifecycle.prompt_ready_ms == 38.0
    assert story.provenance.post is Provenance.OBSERVED


def test_segments_are_inclusive_and_self_and_the_parts_equal_the_whole() -> None:
    story = foreign_story(FOREIGN, recognise([RC, OMZ, LIB]))
    by_name = {s.name: s for s in story.segments}
    assert by_name["compinit"].ms == 8.0
    assert by_name["compinit"].kind == "function"
    omz = by_name["oh-my-zsh.sh"]
    assert omz.ms == 22.0
    assert omz.self_us == 6_000
    rc = by_name[".zshrc"]
    assert rc.ms == 35.0
    assert rc.self_us == 13_000
    whole = sum((s.self_us or 0) for s in story.segments) / 1000 + (story.unattributed_ms or 0)
    assert whole == (50_000 - 1_000) / 1000 == story.start_ms


def test_two_files_of_one_name_are_told_apart_by_their_folder() -> None:
    seen = Observation(
        spawn_us=0,
        prompt_us=10_000,
        looks=((1_000, look("/a/x/init.zsh")), (2_000, look("/a/y/init.zsh")), (9_000, look())),
    )
    story = foreign_story(seen, recognise(["/a/x/init.zsh"]))
    assert {s.name for s in story.segments} == {"x/init.zsh", "y/init.zsh"}


def test_a_plain_configuration_has_its_start_file_as_the_post_phase() -> None:
    seen = Observation(
        spawn_us=0,
        prompt_us=50_000,
        looks=((1_000, look("/h/.zshenv")), (4_000, look(RC)), (30_000, look()), (40_000, look(editing=True))),
    )
    story = foreign_story(seen, recognise([RC]))
    assert story.lifecycle.pre_plugin_total_ms == 3.0
    assert story.lifecycle.post_plugin_total_ms == 26.0
    assert story.problems == ()


def test_a_shell_without_start_files_has_no_phases_and_says_so() -> None:
    seen = Observation(spawn_us=0, prompt_us=5_000, looks=((1_000, look()), (4_000, look(editing=True))))
    story = foreign_story(seen, recognise([]))
    assert story.lifecycle.pre_plugin_total_ms is None
    assert "no start file" in story.reasons["pre_plugin_total_ms"]
    assert story.applies is False


def test_a_shell_that_could_not_be_watched_has_a_reason_for_every_phase() -> None:
    seen = Observation(spawn_us=0, prompt_us=5_000, watch_refused="ptrace_scope is 3")
    story = foreign_story(seen, recognise([RC]))
    assert story.provenance.pre is Provenance.MISSING
    assert "ptrace_scope" in story.reasons["pre_plugin_total_ms"]


def test_work_after_the_prompt_is_no_part_of_it() -> None:
    late = Observation(
        spawn_us=0,
        prompt_us=10_000,
        looks=(
            (1_000, look(RC)),
            (5_000, look()),
            (8_000, look(editing=True)),
            (12_000, look("/h/late.zsh")),
            (90_000, look()),
        ),
    )
    story = foreign_story(late, recognise([RC]))
    assert "late.zsh" not in {s.name for s in story.segments}


def test_phases_that_an_instant_prompt_has_overtaken_are_told_in_full() -> None:
    seen = Observation(
        spawn_us=0,
        prompt_us=3_000,
        command_us=70_000,
        looks=(
            (1_000, look(RC)),
            (10_000, look(RC, OMZ)),
            (50_000, look(RC)),
            (60_000, look()),
            (65_000, look(editing=True)),
            (68_000, look("./s")),
        ),
    )
    story = foreign_story(seen, recognise([RC, OMZ]))
    assert story.lifecycle.post_plugin_total_ms == 50.0
    assert story.lifecycle.prompt_ready_ms == 55.0
    assert {s.name: (s.ms, s.phase) for s in story.segments} == {
        ".zshrc": (59.0, "pre_plugin"),
        "oh-my-zsh.sh": (40.0, "plugins"),
    }
    # An instant prompt is no end of the start: that is when the editor reads keys.
    assert story.start_ms == 65.0
    assert story.unattributed_ms == 6.0  # what was before .zshrc, and what behind it


def test_an_editor_that_was_too_quick_to_be_seen_was_ready_when_its_prompt_was_on_the_screen() -> None:
    seen = Observation(
        spawn_us=0,
        prompt_us=20_000,
        looks=((1_000, look(RC)), (15_000, look()), (25_000, look("./s")), (60_000, look(editing=True))),
    )
    story = foreign_story(seen, recognise([RC]))
    assert {m.name: m.stamp_us for m in story.markers}["prompt_ready"] == 20_000
    assert {s.name for s in story.segments} == {".zshrc"}


def test_behind_an_instant_prompt_nobody_knows_when_such_an_editor_was_ready() -> None:
    seen = Observation(
        spawn_us=0,
        prompt_us=3_000,
        looks=((1_000, look(RC)), (15_000, look()), (25_000, look("./s")), (60_000, look(editing=True))),
    )
    story = foreign_story(seen, recognise([RC]))
    assert story.lifecycle.post_plugin_total_ms == 14.0
    assert story.lifecycle.prompt_ready_ms is None
    assert "line editor" in story.reasons["prompt_ready_ms"]
    assert {s.name for s in story.segments} == {".zshrc"}


def test_the_editor_may_be_seen_on_the_terminal_alone() -> None:
    seen = Observation(
        spawn_us=0,
        prompt_us=3_000,
        edited_us=20_000,
        looks=((1_000, look(RC)), (15_000, look()), (25_000, look("./s")), (60_000, look(editing=True))),
    )
    story = foreign_story(seen, recognise([RC]))
    assert {m.name: m.stamp_us for m in story.markers}["prompt_ready"] == 20_000


def test_a_start_file_whose_end_was_seen_a_look_late_ended_before_the_editor_began() -> None:
    seen = Observation(
        spawn_us=0,
        prompt_us=20_000,
        looks=((1_000, look(RC)), (20_150, look()), (20_400, look("./s"))),
        looks_gap_us=200,
    )
    story = foreign_story(seen, recognise([RC]))
    stamps = {m.name: m.stamp_us for m in story.markers}
    assert stamps["post_plugin_end"] == stamps["prompt_ready"] == 20_000
    assert story.problems == ()


def test_start_files_that_were_over_between_two_looks_leave_no_phases_and_no_doubt() -> None:
    seen = Observation(spawn_us=0, prompt_us=5_000, looks=((1_000, look()), (4_000, look(editing=True))))
    story = foreign_story(seen, recognise([RC]))  # another session has shown it
    assert story.lifecycle.pre_plugin_total_ms is None
    assert "between two looks" in story.reasons["pre_plugin_total_ms"]
    assert story.applies is False


def test_a_required_segment_that_was_not_seen_has_its_own_reason() -> None:
    framework = recognise([RC, OMZ, LIB])
    assert foreign_story(FOREIGN, framework).problems == ()
    assert foreign_story(FOREIGN, framework, ("compinit", "p10k_theme")).problems == ("missing:p10k_theme",)
    seen = Observation(spawn_us=50, prompt_us=5_000, command_us=6_000, idle_us=7_000, marks=tuple(GOOD))
    assert native_story(seen, ("compinit", "zgenom-init")).problems == ("missing:zgenom-init",)
