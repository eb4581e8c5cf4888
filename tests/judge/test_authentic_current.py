"""Our own single-run artifact is judged by the samples that it holds."""

import json

from test_aggregate import frame, native

from zshforge.capture.aggregate import aggregate
from zshforge.capture.artifacts import current_of
from zshforge.judge.authenticity import judge_content
from zshforge.model.schema import encode
from zshforge.model.settings import load_settings

RUN = aggregate(frame(requested=1), [native(1)], load_settings(environ={}))
DOCUMENT = json.loads(encode(current_of([RUN])))


def verdict(**changes: object) -> str:
    return judge_content("x.json", json.dumps(DOCUMENT | changes).encode()).verdict


def test_a_current_sample_with_its_stamps_is_authentic() -> None:
    assert verdict() == "authentic"


def test_a_total_that_its_sample_does_not_show_is_made_up() -> None:
    assert verdict(post_plugin_cost_ms=1.0) == "synthetic"


def test_a_time_that_its_sample_does_not_show_is_made_up() -> None:
    assert verdict(warm_ms=1.0) == "synthetic"


def test_without_its_samples_nothing_is_proven() -> None:
    assert verdict(samples={}) == "unknown"
