"""One start is watched, and every file of code that it reads is found."""

import getpass
import os
import subprocess
from pathlib import Path

import pytest

from zshforge.integrity.observing import Observed, Surroundings, bundled, observe
from zshforge.model.errors import SessionFailed
from zshforge.model.settings import load_settings
from zshforge.shell.config import resolve
from zshforge.shell.zsh import find_zsh

pytestmark = pytest.mark.pty


def put(root: Path, name: str, text: str = "") -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def observed(folder: Path, tmp_path: Path, **settings: object) -> Observed:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    overrides = {"integrity.settle_ms": 300.0, **settings}
    around = Surroundings(
        settings=load_settings(environ={}, workspace_file=None, user_file=None, overrides=overrides),
        zsh=find_zsh(os.environ["PATH"], None),
        user=getpass.getuser(),
        scratch=scratch,
    )
    seen = observe(resolve(str(folder), cwd=tmp_path, home=tmp_path / "nobody"), around)
    assert list(scratch.iterdir()) == []
    return seen


def test_every_way_of_reading_code_is_seen_and_reading_data_is_not(tmp_path: Path) -> None:
    z = tmp_path / "z"
    put(z, "quiet.zsh", ":\n")
    put(z, "bare.zsh", ":\n")
    put(z, "sub.zsh", ":\n")
    put(z, "late.zsh", ":\n")
    put(z, "code.zsh", "code=1\n")
    put(z, "fn/called", "print -n\n")
    put(z, "fn/waiting", "print -n\n")
    put(z, "data", "x\n")
    put(z, "a b\n$(touch ran)'.zsh", ":\n")
    subprocess.run(["zsh", "-fc", "zcompile code.zsh"], cwd=z, check=True)
    os.utime(z / "code.zsh.zwc", (4e9, 4e9))
    put(
        z,
        ".zshrc",
        """
        fpath=($ZDOTDIR/fn $fpath)
        autoload -Uz called waiting
        source $ZDOTDIR/quiet.zsh 2>/dev/null
        emulate -R zsh -c '. $ZDOTDIR/bare.zsh'
        x=$(source $ZDOTDIR/sub.zsh)
        source $ZDOTDIR/code.zsh
        for file in $ZDOTDIR/*touch*.zsh; source $file
        called
        y=$(<$ZDOTDIR/data); read -r y < $ZDOTDIR/data; cat $ZDOTDIR/data > /dev/null
        print ': made' > $ZDOTDIR/made.zsh; source $ZDOTDIR/made.zsh
        later() { source $ZDOTDIR/late.zsh; add-zsh-hook -d precmd later }
        autoload -Uz add-zsh-hook; add-zsh-hook precmd later
        """,
    )
    seen = observed(z, tmp_path)
    own = {Path(path).relative_to(z).as_posix(): use for path, use in seen.files.items() if path.startswith(f"{z}/")}
    assert own == {
        ".zshrc": "sourced",
        "quiet.zsh": "sourced",
        "bare.zsh": "sourced",
        "sub.zsh": "sourced",
        "late.zsh": "sourced",
        "a b\n$(touch ran)'.zsh": "sourced",
        "code.zsh": "sourced",
        "code.zsh.zwc": "compiled",
        "fn/called": "autoloaded",
    }
    assert seen.fpath[0] == f"{z}/fn"
    assert "waiting" in seen.functions
    assert any("made.zsh" in note for note in seen.notes)
    assert any(use == "module" for use in seen.files.values())
    assert not (z / "made.zsh").exists()


def test_a_link_is_seen_with_the_file_that_it_leads_to(tmp_path: Path) -> None:
    real = put(tmp_path / "dotfiles", "rc", ":\n")
    z = tmp_path / "z"
    z.mkdir()
    (z / ".zshrc").symlink_to(real)
    files = observed(z, tmp_path).files
    assert files[f"{z}/.zshrc"] == files[str(real)] == "sourced"


def test_the_bundle_of_a_configuration_is_read_by_shells_though_not_by_a_copy(tmp_path: Path) -> None:
    put(tmp_path, "z/.zshrc")
    for name in ("walk.zsh.zwc", "pre-plugin/one.zsh.zwc", "key"):
        put(tmp_path, f"z/bundle/{name}")
    names = ("pre-plugin/one.zsh.zwc", "walk.zsh.zwc")
    assert bundled([f"{tmp_path}/z/.zshrc", "/etc/zsh/zshrc"]) == [f"{tmp_path}/z/bundle/{name}" for name in names]


@pytest.mark.parametrize("text", ["exit 3\n", "while :; do :; done\n", "kill -9 $$\n"])
def test_a_configuration_that_does_not_start_is_one_message(tmp_path: Path, text: str) -> None:
    put(tmp_path / "z", ".zshrc", text)
    with pytest.raises(SessionFailed):
        observed(tmp_path / "z", tmp_path, **{"integrity.deadline_s": 2.0})
    assert list((tmp_path / "scratch").iterdir()) == []


def test_where_the_kernel_refuses_the_shells_own_trace_is_used_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zshforge.integrity.observing.may_trace", lambda *_: False)
    put(tmp_path / "z", "one.zsh", ":\n")
    put(tmp_path / "z", ".zshrc", "source $ZDOTDIR/one.zsh\n")
    seen = observed(tmp_path / "z", tmp_path)
    assert seen.observed == "source trace"
    assert {f"{tmp_path}/z/.zshrc", f"{tmp_path}/z/one.zsh"} <= set(seen.files)
    assert any("missed" in note for note in seen.notes)


def test_a_history_outside_of_the_copy_gains_no_line(tmp_path: Path) -> None:
    history = put(tmp_path, "elsewhere/history", "echo before\n")
    z = tmp_path / "z"
    put(z, ".zshrc", f"HISTFILE={history} HISTSIZE=100 SAVEHIST=100\nunsetopt hist_ignore_space\nprint -s added\n")
    observed(z, tmp_path)
    assert history.read_text() == "echo before\n"
