"""Nothing is measured again when nothing that matters changed; the decision is explained; failed runs are not kept."""

from pathlib import Path

import msgspec
import pytest
from test_aggregate import PRINT, frame, native

from zshforge.capture.aggregate import aggregate
from zshforge.capture.reuse import Key, find, key_of, remember
from zshforge.model.run import Run
from zshforge.model.settings import load_settings

SETTINGS = load_settings(environ={}, overrides={"capture.samples": 4})


def made(count: int = 4) -> Run:
    return aggregate(frame(), [native(n, 37 * n * n) for n in range(1, count + 1)], SETTINGS)


def key(**changes: object) -> Key:
    print_ = msgspec.structs.replace(PRINT, **changes)
    return key_of(print_, config="builtin", checksum=None, settings=SETTINGS)


def test_a_whole_run_is_found_again_and_the_decision_names_what_was_compared(tmp_path: Path) -> None:
    assert remember(tmp_path, key(), made(), files=())
    decision = find(tmp_path, key())
    assert decision.run == made()
    assert "2026-01-01T00:00:00Z" in decision.reason


def test_an_empty_cache_is_explained(tmp_path: Path) -> None:
    decision = find(tmp_path, key())
    assert decision.run is None
    assert "no earlier run" in decision.reason


@pytest.mark.parametrize("field", ["config_digest", "zsh", "kernel", "host", "columns", "tool"])
def test_whatever_matters_and_differs_is_named(tmp_path: Path, field: str) -> None:
    remember(tmp_path, key(), made(), files=())
    decision = find(tmp_path, key(**{field: 132 if field == "columns" else "other"}))
    assert decision.run is None
    assert field in decision.reason


def test_load_does_not_matter(tmp_path: Path) -> None:
    remember(tmp_path, key(), made(), files=())
    assert find(tmp_path, key(load=9.0)).run is not None


def test_another_number_of_samples_is_another_question(tmp_path: Path) -> None:
    remember(tmp_path, key(), made(), files=())
    more = key_of(
        PRINT, config="builtin", checksum=None, settings=load_settings(environ={}, overrides={"capture.samples": 5})
    )
    decision = find(tmp_path, more)
    assert decision.run is None
    assert "capture.samples" in decision.reason


def test_a_run_with_a_shortfall_never_fills_the_cache(tmp_path: Path) -> None:
    assert not remember(tmp_path, key(), made(3), files=())
    assert find(tmp_path, key()).run is None


def test_a_file_that_was_sourced_from_elsewhere_and_changed_is_named(tmp_path: Path) -> None:
    outside = tmp_path / "plugin.zsh"
    outside.write_text("one")
    cache = tmp_path / "cache"
    remember(cache, key(), made(), files=(outside,))
    assert find(cache, key()).run is not None
    outside.write_text("two")
    decision = find(cache, key())
    assert decision.run is None
    assert str(outside) in decision.reason


def test_a_broken_cache_entry_is_measured_anew_and_said(tmp_path: Path) -> None:
    remember(tmp_path, key(), made(), files=())
    for entry in tmp_path.glob("*.json"):
        entry.write_bytes(entry.read_bytes()[:100])
    decision = find(tmp_path, key())
    assert decision.run is None
    assert "cannot be read" in decision.reason
