"""Baselines travel through files like every other record."""

import msgspec
import pytest

from zshforge.model.baseline import Baseline, PrepluginBaseline
from zshforge.model.schema import REGISTRY


@pytest.mark.parametrize(
    ("schema", "struct", "file"),
    [
        ("baseline.v1", Baseline, "metrics/perf-baseline.json"),
        ("preplugin-baseline.v2", PrepluginBaseline, "metrics/preplugin-baseline.json"),
    ],
)
def test_both_kinds_of_baseline_are_registered_with_their_files(
    schema: str, struct: type[msgspec.Struct], file: str
) -> None:
    assert REGISTRY[schema].struct is struct
    assert file in REGISTRY[schema].files
