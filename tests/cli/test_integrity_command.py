"""``zf integrity`` through the command line, with real starts."""

import contextlib
import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from zshforge.cli import main

pytestmark = [pytest.mark.pty, pytest.mark.timeout(180)]
PLUGIN = "ZDOTDIR/plugins/fine/fine.plugin.zsh"


@pytest.fixture
def z(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ZDOTDIR with a plugin, seen from a workspace beside it."""
    folder = tmp_path / "z"
    (folder / "plugins/fine").mkdir(parents=True)
    (folder / ".zshrc").write_text("source $ZDOTDIR/plugins/fine/fine.plugin.zsh\n")
    (folder / "plugins/fine/fine.plugin.zsh").write_text("fine=1\n")
    (tmp_path / "work").mkdir()
    (tmp_path / "work/zf.toml").write_text("[integrity]\nsettle_ms = 50.0\n")
    (tmp_path / "scratch").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


def zf(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = main(["integrity", *words, "--json"])
    out = capsys.readouterr().out
    return code, json.loads(out) if out else {}


def fill(file: Path) -> None:
    """Writes until there is no room."""
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)


def test_a_changed_byte_fails_with_the_file_and_the_way_back_until_it_is_accepted(
    z: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, record = zf(capsys, "lock", str(z), "--lock", "lock.json")
    assert (code, record["schema"], record["verdict"]) == (0, "integrity.v1", "pass")
    assert "fine" in [plugin["name"] for plugin in record["plugins"]]
    code, record = zf(capsys, "verify", str(z), "--lock", "lock.json")
    assert (code, record["verdict"], record["findings"]) == (0, "pass", [])
    assert record["counts"]["unchanged"] == record["counts"]["files"] > 2
    (z / "plugins/fine/fine.plugin.zsh").write_text("fine=2\n")
    code, record = zf(capsys, "verify", str(z), "--lock", "lock.json")
    assert (code, record["verdict"]) == (1, "fail")
    (finding,) = record["findings"]
    assert (finding["kind"], finding["path"], finding["plugin"]) == ("edited", PLUGIN, "fine")
    assert "zf integrity accept fine" in finding["fix"]
    assert json.loads(Path("artifacts/metrics/integrity-current.json").read_text()) == record
    assert main(["integrity", "status", str(z), "--lock", "lock.json"]) == 1
    assert PLUGIN in capsys.readouterr().out
    assert zf(capsys, "accept", "fine", str(z), "--lock", "lock.json", "--reason", "my own change")[0] == 0
    (entry,) = json.loads(Path("lock.accepted.json").read_text())["accepted"]
    assert (entry["plugin"], entry["reason"]) == ("fine", "my own change")
    assert "@" in entry["who"]
    assert entry["when"].startswith("20")
    assert [one["kind"] for one in entry["findings"]] == ["edited"]
    assert Path("lock.previous.json").is_file()
    assert zf(capsys, "verify", str(z), "--lock", "lock.json")[0] == 0


def test_accepting_takes_one_plugin_and_nothing_else(z: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zf(capsys, "lock", str(z))
    (z / "plugins/fine/fine.plugin.zsh").write_text("fine=2\n")
    (z / ".zshrc").write_text("source $ZDOTDIR/plugins/fine/fine.plugin.zsh # mine\n")
    code, record = zf(capsys, "accept", "fine", str(z), "--reason", "looked through it")
    assert (code, [one["path"] for one in record["findings"]]) == (1, ["ZDOTDIR/.zshrc"])
    assert main(["integrity", "accept", "nobody", str(z), "--reason", "x"]) == 2
    assert "nothing is locked or loaded as nobody" in capsys.readouterr().err
    assert main(["integrity", "accept", "fine", str(z)]) == 2
    assert main(["integrity", "accept", "fine", str(z), "--reason", " "]) == 2


def test_a_lock_made_again_is_the_same_and_another_one_keeps_the_one_before(
    z: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zf(capsys, "lock", str(z))
    first = Path("zf-integrity.json").read_bytes()
    zf(capsys, "lock", str(z))
    assert Path("zf-integrity.json").read_bytes() == first
    assert not Path("zf-integrity.previous.json").exists()
    (z / "plugins/fine/fine.plugin.zsh").write_text("fine=2\n")
    zf(capsys, "lock", str(z))
    assert Path("zf-integrity.previous.json").read_bytes() == first
    assert str(z.parent).encode() not in Path("zf-integrity.json").read_bytes()
    assert sorted(path.name for path in z.rglob("*")) == [".zshrc", "fine", "fine.plugin.zsh", "plugins"]


def test_a_signature_holds_fails_and_is_missed(z: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    signers = tmp_path / "signers"
    signers.write_text(f"ann@example.org {key.with_suffix('.pub').read_text()}")
    checked = (str(z), "--signers", str(signers))
    code, record = zf(capsys, "lock", str(z))
    assert any("unsigned" in note for note in record["notes"])
    code, record = zf(capsys, "verify", *checked)
    assert (code, record["signature"], record["findings"][0]["kind"]) == (1, "unsigned", "signature")
    assert main(["integrity", "sign", str(z), "--key", str(key)]) == 0
    capsys.readouterr()
    code, record = zf(capsys, "verify", *checked)
    assert (code, record["signature"], record["signer"]) == (0, "valid", "ann@example.org")
    assert zf(capsys, "verify", str(z))[1]["signature"] == "unchecked"
    lock = Path("zf-integrity.json")
    lock.write_text(lock.read_text() + "\n")
    code, record = zf(capsys, "verify", *checked)
    assert (code, record["verdict"], record["signature"]) == (1, "fail", "invalid")
    signers.write_text(f'ann@example.org namespaces="git" {key.with_suffix(".pub").read_text()}')
    assert zf(capsys, "verify", *checked)[0] == 1
    assert main(["integrity", "verify", str(z), "--signers", "/no/such/file"]) == 2


def test_a_lock_that_is_missing_cut_off_or_edited(z: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["integrity", "verify", str(z)]) == 3
    assert "there is no lock" in capsys.readouterr().err
    zf(capsys, "lock", str(z))
    lock = Path("zf-integrity.json")
    whole = lock.read_text()
    lock.write_text(whole[: len(whole) // 2])
    assert main(["integrity", "verify", str(z)]) == 4
    assert "ends too early" in capsys.readouterr().err
    digits = json.loads(whole)["plugins"][-1]["files"][0]["sha256"]
    lock.write_text(whole.replace(digits, "0" * 64))
    code, record = zf(capsys, "verify", str(z))
    assert (code, record["findings"][0]["kind"]) == (1, "lock_edited")
    lock.write_text(whole)
    assert zf(capsys, "status", str(z))[0] == 3


def test_findings_leave_as_sarif(z: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zf(capsys, "lock", str(z))
    (z / "plugins/fine/fine.plugin.zsh").write_text("fine=2\n")
    assert zf(capsys, "verify", str(z), "--sarif", "found.sarif")[0] == 1
    log = json.loads(Path("found.sarif").read_text())
    (result,) = log["runs"][0]["results"]
    assert (log["version"], result["ruleId"], result["level"]) == ("2.1.0", "integrity/edited", "error")
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "plugins/fine/fine.plugin.zsh", "uriBaseId": "ZDOTDIR"}


def test_the_list_for_the_shell_comes_with_its_trust_anchor(z: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = zf(capsys, "lock", str(z), "--list", str(z / "integrity.list"))[1]
    content = (z / "integrity.list").read_bytes()
    assert b"\tfine\tZDOTDIR/plugins/fine/fine.plugin.zsh\n" in content
    anchor = f"integrity-list {hashlib.sha256(content).hexdigest()}"
    assert any(note.endswith(anchor) for note in record["notes"])


def test_a_configuration_that_does_not_start_leaves_the_old_lock(z: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zf(capsys, "lock", str(z))
    before = Path("zf-integrity.json").read_bytes()
    (z / ".zshrc").write_text("exit 1\n")
    assert main(["integrity", "lock", str(z)]) == 4
    assert Path("zf-integrity.json").read_bytes() == before


@pytest.mark.skipif(os.getuid() != 0, reason="only root mounts")
def test_a_full_disk_is_one_message_and_leaves_the_old_lock(z: Path, capsys: pytest.CaptureFixture[str]) -> None:
    full = z.parent / "full"
    full.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(full)], check=False).returncode:
        pytest.skip("this system does not let a file system be mounted")
    try:
        zf(capsys, "lock", str(z), "--lock", str(full / "lock.json"))
        before = (full / "lock.json").read_bytes()
        (z / "plugins/fine/fine.plugin.zsh").write_text("fine=2\n")
        fill(full / "filler")
        assert main(["integrity", "lock", str(z), "--lock", str(full / "lock.json")]) == 4
        assert "make room" in capsys.readouterr().err
        assert (full / "lock.json").read_bytes() == before
        assert zf(capsys, "verify", str(z), "--lock", str(full / "lock.json"))[0] == 1
    finally:
        subprocess.run(["umount", "-l", str(full)], check=True)


def test_a_cache_that_cannot_be_written_costs_no_verdict(z: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("artifacts").write_text("a file where the folder should be")
    assert zf(capsys, "lock", str(z))[0] == 0
    (z / "plugins/fine/fine.plugin.zsh").write_text("fine=2\n")
    assert zf(capsys, "verify", str(z))[0] == 1


def test_a_revision_needs_no_lock(z: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git = ["git", "-C", str(z), "-c", "user.name=T", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], check=True)
    os.chdir(z)
    assert main(["integrity", "lock", "HEAD:."]) == 2
    assert "names its content by itself" in capsys.readouterr().err


def write_log(tmp_path: Path, name: str, *, running: int) -> None:
    """A log of one scan, its worker started so long after the prompt."""
    begin = 1_700_000_000_000_000
    stamps = {"IDLE": -9, "QUEUED": -9, "RUNNING": running, "SCANNING": 900, "COMPLETE": 1000}
    lines = [f"PROMPT us={begin} pid=7 seen=marker"]
    lines += [
        f"ASYNC_STATE task=security_scan state={state} us={begin + us} pid=7 try=1 mode=on"
        for state, us in stamps.items()
    ]
    (tmp_path / ".cache/zshforge").mkdir(parents=True, exist_ok=True)
    (tmp_path / ".cache/zshforge" / name).write_text("".join(f"{line}\n" for line in lines))


def test_states_judges_the_log_of_the_shells_with_the_one_before_it(
    z: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert z.is_dir()
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert main(["integrity", "states"]) == 3
    assert "async-state.log" in capsys.readouterr().err
    write_log(tmp_path, "async-state.log", running=5)
    code, record = zf(capsys, "states")
    assert (code, record["schema"], record["verdict"], record["shells"]) == (0, "async-states.v1", "pass", 1)
    assert json.loads(Path("artifacts/metrics/async-states.json").read_text()) == record
    write_log(tmp_path, "async-state.log.1", running=-5)
    code, record = zf(capsys, "states")
    assert (code, record["verdict"], record["shells"]) == (1, "fail", 2)
    assert [fault["kind"] for fault in record["faults"]] == ["early_running"]
    assert main(["integrity", "states"]) == 1
    out = capsys.readouterr().out
    assert "RUNNING 5 microseconds before the prompt" in out
    assert "security_scan" in out


def test_states_of_a_log_that_shows_nothing_are_inconclusive(
    z: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert z.is_dir()
    (tmp_path / "empty").touch()
    assert main(["integrity", "states", str(tmp_path / "empty")]) == 3
    assert "nothing ran" in capsys.readouterr().out
    assert main(["integrity", "states", str(tmp_path)]) == 4
