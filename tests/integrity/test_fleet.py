"""Two hundred checks at once, on one cache and one result."""

import getpass
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from locked_place import NOW_NS, Place

from zshforge.integrity.hash_cache import HashCache
from zshforge.integrity.keeping import Subject, verify_config
from zshforge.integrity.observing import Surroundings
from zshforge.model.integrity import Integrity
from zshforge.model.settings import load_settings
from zshforge.shell.config import Config
from zshforge.store.artifacts import read_artifact, write_artifact


@pytest.fixture
def subject(place: Place, tmp_path: Path) -> Subject:
    settings = load_settings(environ={}, workspace_file=None, user_file=None, overrides={})
    tools = place.tools()
    write_artifact(tmp_path / "lock.json", place.lock())
    return Subject(
        config=Config(kind="zdotdir", argument="z", label="z", path=place.zdotdir, shape="zdotdir"),
        lock=tmp_path / "lock.json",
        signers=None,
        tools=tools,
        around=Surroundings(settings=settings, zsh=tools.zsh, user=getpass.getuser(), scratch=place.scratch),
        search="/usr/bin:/bin",
        result=tmp_path / "results/integrity-current.json",
    )


def test_two_hundred_checks_at_once_agree_and_leave_a_whole_result(subject: Subject, place: Place) -> None:
    (place.plain / "plain.plugin.zsh").write_text("plain=2\n")

    def check(_: int) -> Integrity:
        tools = subject.tools._replace(cache=HashCache(place.cache, NOW_NS))
        return verify_config(subject._replace(tools=tools))

    with ThreadPoolExecutor(200) as pool:
        results = list(pool.map(check, range(200)))
    assert {tuple(finding.kind for finding in result.findings) for result in results} == {("edited",)}
    assert read_artifact(subject.result, Integrity).findings == results[0].findings
    assert [path.name for path in subject.result.parent.iterdir()] == ["integrity-current.json"]
    assert [path.name for path in place.cache.parent.iterdir()] == ["hashes"]


def test_a_workspace_that_cannot_be_written_keeps_nobody_from_a_verdict(subject: Subject, tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    assert verify_config(subject).verdict == "pass"
