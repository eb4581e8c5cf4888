"""Native marks that come late are waited for, for a while; those that never come are missing, with a reason."""

from collections.abc import Callable

import pytest

from zshforge.capture.grace import segment_window_ms
from zshforge.capture.lifecycle import native_story
from zshforge.capture.observation import Observation
from zshforge.capture.sample import Origin, make_sample
from zshforge.model.markers import Provenance

Observe = Callable[..., Observation]

LONG_MS = 3_000.0
PHASES = r"""
zmodload zsh/datetime
integer fd=$ZF_MARK_FD now
now() { (( now = EPOCHREALTIME * 1000000 )) }
now; print -ru $fd "MARK name=rc_start us=$now"
print -ru $fd "MARK name=pre_plugin_start us=$(( now - 20000000 ))"
print -ru $fd "MARK name=pre_plugin_end us=$now"
print -ru $fd "PRE_PLUGIN_COMPLETE 20000 start_us=$(( now - 20000000 )) end_us=$now"
print -ru $fd "MARK name=plugins_end us=$now"
print -ru $fd "MARK name=post_plugin_end us=$now"
print -ru $fd "POST_PLUGIN_COMPLETE 0 start_us=$now end_us=$now"
ready() {
  print -ru $fd "MARK name=prompt_ready us=$now"
  print -ru $fd "PROMPT_READY_COMPLETE 0 start_us=$now end_us=$now"
}
close() { exec {fd}>&- }
"""
SEGMENT = 'print -ru $fd "SEGMENT name=late ms=0 phase=post_plugin sample=warm start_us=$now end_us=$now"'


@pytest.mark.pty
def test_a_prompt_mark_that_comes_late_is_waited_for(observed: Observe) -> None:
    zshrc = f"{PHASES}\n{{ sleep 0.4; ready }} &!\nclose"
    seen = observed(zshrc, native=True, watch=False, light=True, settle_ms=10.0, prompt_grace_ms=LONG_MS)
    assert any(line.startswith("MARK name=prompt_ready us=") for line in seen.marks)
    assert native_story(seen).provenance.prompt is Provenance.NATIVE


@pytest.mark.pty
def test_segments_that_come_after_the_prompt_mark_are_waited_for(observed: Observe) -> None:
    zshrc = f"{PHASES}\nready\n{{ sleep 0.4; {SEGMENT} }} &!\nclose"
    seen = observed(zshrc, native=True, watch=False, light=True, settle_ms=10.0, adaptive_wait_ms=LONG_MS)
    assert [segment.name for segment in native_story(seen).segments] == ["late"]


@pytest.mark.pty
def test_a_prompt_mark_that_never_comes_is_missing_with_a_reason_and_makes_the_sample_not_authentic(
    observed: Observe,
) -> None:
    seen = observed(PHASES, native=True, watch=False, light=True, prompt_grace_ms=30.0, adaptive_wait_ms=30.0)
    sample = make_sample(seen, native_story(seen), Origin(index=1, config="x"), exit_ms=None)
    assert sample.authentic is False
    assert sample.lifecycle.prompt_ready_ms is None
    assert "30 ms" in sample.reasons["prompt_ready_ms"]
    assert "capture.prompt_grace_ms" in sample.reasons["prompt_ready_ms"]


PRE = ["MARK name=pre_plugin_start us=1000000", "MARK name=pre_plugin_end us=1050000"]


@pytest.mark.parametrize(
    ("lines", "window"),
    [(PRE, 20.0), ([PRE[0], "MARK name=pre_plugin_end us=9000000"], 120.0), (PRE[:1], 120.0), ([], 120.0)],
)
def test_the_wait_for_segments_is_a_share_of_the_pre_plugin_time_and_never_above_its_limit(
    lines: list[str], window: float
) -> None:
    assert segment_window_ms(lines, share=0.4, most_ms=120.0) == window
