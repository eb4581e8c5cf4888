"""The compiled bundle: the same shell in a fraction of the work, and never an old one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

MARKERS = ["rc_start", "pre_plugin_start", "pre_plugin_end", "plugins_end", "post_plugin_end", "prompt_ready"]
BUILD = "autoload -Uz $ZDOTDIR/functions/-zf-build-bundle; -zf-build-bundle $ZDOTDIR"
#: Everything that a start leaves in a shell, but for what tells where functions come from.
STATE = (
    "print -rl -- ${{(kv)options}} ${{(ok)functions}} ${{(kv)aliases}} $precmd_functions $zshexit_functions "
    "$preexec_functions $chpwd_functions $fpath $path $PROMPT ${{(ok)widgets}} ${{(ok)parameters}} >|{file}"
)
#: What is set or unset when no key waits, which may be before the line is typed or after it.
WHEN_IDLE = re.compile(
    r"_zf_(task|worked|prompt|rprompt|paint)\w*|_zf_completion_fd|preexec_functions|EPOCHREALTIME|zle-keymap-select"
    r"|-zf-rebuild-bundle|-zf-build-bundle"
)
ENOUGH_STEPS = 5
#: A module whose text tells which version of it was read.
TELLS = "typeset -g told={}\n"
WHERE = 'print -r -- "from ${_zf_told-} ${told-}"'


def build(shell: Shell, *more: str) -> subprocess.CompletedProcess[str]:
    return shell.run(f"{BUILD} {' '.join(more)}", "-f")


def bundle(shell: Shell) -> Path:
    return shell.zdotdir / "bundle"


@pytest.fixture
def built(shell: Shell) -> Shell:
    """A home whose configuration is built, with a module and a function that tell their version."""
    with (shell.zdotdir / "pre-plugin" / "05-fzf-init.zsh").open("a") as file:
        file.write(TELLS.format("first"))
    # where a module is read from is what a message of it would name
    with (shell.zdotdir / "post-plugin" / "70-performance-monitoring.zsh").open("a") as file:
        file.write("typeset -g _zf_told=${${(%):-%x}:h:h:t}\n")
    (shell.zdotdir / "functions" / "zf::told").write_text("# zf::told tells its version.\nprint -r -- first body\n")
    done = build(shell)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return shell


def told(shell: Shell) -> str:
    """From where modules were read, and which version of one."""
    (found,) = re.findall(r"^from (.*)\r$", shell.session(WHERE).screen, re.MULTILINE)
    return str(found)


def change(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


def test_a_fresh_bundle_is_read_instead_of_the_modules(built: Shell) -> None:
    assert told(built) == "bundle first"


def test_the_bundle_leaves_the_same_shell_as_the_modules(built: Shell) -> None:
    from_bundle, from_files = built.root / "bundled", built.root / "files"
    built.session()  # the dump of completion is there for both
    built.session("zmodload zsh/stat", STATE.format(file=from_bundle))
    (bundle(built) / "key").unlink()
    built.session("zmodload zsh/stat", STATE.format(file=from_files))
    own = {"_zf_told", "zstat"}
    only = [
        {line for line in file.read_text().splitlines() if not WHEN_IDLE.fullmatch(line)} - own
        for file in (from_bundle, from_files)
    ]
    functions = {file.name for file in (built.zdotdir / "functions").iterdir()}
    assert len(only[0]) > 300
    assert only[0] - only[1] - functions == set()
    assert only[1] - only[0] == set()


def test_markers_and_segments_are_those_of_the_modules(built: Shell) -> None:
    session = built.session()
    (bundle(built) / "key").unlink()
    assert session.names() == MARKERS
    assert list(session.segments()) == list(built.session().segments())


def test_functions_are_there_without_reading_their_files(built: Shell) -> None:
    shutil.move(built.zdotdir / "functions" / "zf::told", built.root / "away")
    shutil.move(built.root / "away", built.zdotdir / "functions" / "zf::told")
    assert build(built).returncode == 0
    assert "first body\r\n" in built.session("zf::told").screen
    assert "builtin autoload -X" not in built.session("functions zf::told").screen


def test_a_message_names_the_module_and_its_line(built: Shell) -> None:
    module = built.zdotdir / "post-plugin" / "90-splash.zsh"
    with module.open("a") as file:
        file.write("no-such-command-here\n")
    line = len(module.read_text().splitlines())
    assert build(built).returncode == 0
    assert f"post-plugin/90-splash.zsh:{line}: command not found" in built.session().screen


@pytest.mark.parametrize("module", ["pre-plugin/05-fzf-init.zsh", "start/walk.zsh", "functions/zf::told"])
def test_a_changed_file_takes_effect_at_the_next_start(built: Shell, module: str) -> None:
    file = built.zdotdir / module
    change(file, "first", "second")
    with file.open("a") as more:
        more.write("typeset -g told=second\n")
    assert told(built).split()[0] == "zdotdir"
    if module.startswith("pre"):
        assert told(built) == "zdotdir second"


def test_a_file_that_was_restored_with_an_older_time_takes_effect(built: Shell) -> None:
    module = built.zdotdir / "pre-plugin" / "05-fzf-init.zsh"
    backup = module.with_suffix(".bak")
    backup.write_text(module.read_text().replace("told=first", "told=other"))
    os.utime(backup, (1, 1))
    assert build(built).returncode == 0
    backup.rename(module)
    assert told(built) == "zdotdir other"


def test_a_file_of_the_same_size_and_time_takes_effect(built: Shell) -> None:
    module = built.zdotdir / "pre-plugin" / "05-fzf-init.zsh"
    before = module.stat()
    change(module, "told=first", "told=other")
    os.utime(module, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (module.stat().st_size, module.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert told(built) == "zdotdir other"


def test_a_new_or_missing_function_is_noticed(built: Shell) -> None:
    (built.zdotdir / "functions" / "zf::new").write_text("# zf::new is new.\n")
    assert told(built).startswith("zdotdir")
    assert build(built).returncode == 0
    assert told(built).startswith("bundle")
    (built.zdotdir / "functions" / "zf::new").unlink()
    assert told(built).startswith("zdotdir")


@pytest.mark.parametrize("damage", ["empty", "garbage", "short", "long", "none"])
@pytest.mark.parametrize("name", ["walk.zsh.zwc", "key", "functions/all.zsh.zwc", "post-plugin/60-ui-prompt.zsh.zwc"])
def test_a_damaged_bundle_is_never_used(built: Shell, name: str, damage: str) -> None:
    file = bundle(built) / name
    content = file.read_bytes()
    file.unlink()
    made = {"empty": b"", "garbage": b"\x07\x06\x05\x04" * 999, "short": content[:-5000], "long": content + b"x" * 999}
    if damage != "none":
        file.write_bytes(made[damage])
    session = built.session(WHERE)
    assert session.names() == MARKERS
    assert session.before_prompt() == ""
    assert "from zdotdir first" in session.screen


def test_a_compiled_file_that_somebody_changed_is_never_read_also_with_its_time_set_back(built: Shell) -> None:
    compiled = bundle(built) / "pre-plugin" / "05-fzf-init.zsh.zwc"
    before, content = compiled.stat(), compiled.read_bytes()
    assert content.count(b"first") > 0
    with compiled.open("r+b") as file:
        file.write(content.replace(b"first", b"bogus"))
    os.utime(compiled, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert told(built) == "zdotdir first"


def test_a_bundle_of_another_zsh_is_never_used(built: Shell) -> None:
    change(bundle(built) / "key", "5.", "4.")
    assert told(built) == "zdotdir first"


def test_a_bundle_that_was_copied_with_its_configuration_is_not_used_for_the_copy(built: Shell) -> None:
    shutil.copytree(built.zdotdir, built.root / "copy", symlinks=True)
    shutil.rmtree(built.zdotdir)
    (built.root / "copy").rename(built.zdotdir)
    assert told(built) == "zdotdir first"


def test_safe_mode_reads_the_files(built: Shell) -> None:
    assert "from zdotdir first" in built.session(WHERE, ZF_SAFE="1").screen


def test_equal_files_give_equal_code(built: Shell) -> None:
    first = (bundle(built) / "walk.zsh.zwc").read_bytes()
    shutil.copytree(built.zdotdir, built.root / "copy")
    shutil.rmtree(bundle(built))
    assert build(built, "settled").returncode == 0
    assert (bundle(built) / "walk.zsh.zwc").read_bytes() == first


def test_a_module_that_zsh_cannot_parse_keeps_the_old_bundle_and_is_named(built: Shell) -> None:
    old = (bundle(built) / "walk.zsh.zwc").read_bytes()
    with (built.zdotdir / "post-plugin" / "90-splash.zsh").open("a") as file:
        file.write("if then fi )\n")
    done = build(built)
    assert done.returncode == 1
    assert "post-plugin/90-splash.zsh: zsh cannot parse it" in done.stderr
    assert (bundle(built) / "walk.zsh.zwc").read_bytes() == old
    session = built.session(WHERE)
    assert session.names() == MARKERS
    assert "parse error" in session.screen
    assert "from zdotdir first" in session.screen


def test_nothing_but_the_bundle_is_left_and_a_killed_builder_is_swept(built: Shell) -> None:
    dead = bundle(built) / ".work.4194303"
    dead.mkdir()
    assert build(built, "settled").returncode == 0
    names = sorted(file.name for file in bundle(built).iterdir())
    assert names == ["functions", "key", "post-plugin", "pre-plugin", "walk.zsh.zwc"]


@pytest.mark.skipif(not shutil.which("prlimit"), reason="prlimit makes files end early, as a full disk does")
@pytest.mark.parametrize("room", [0, 100, 4096, 20000])
def test_a_full_disk_keeps_the_old_bundle(built: Shell, room: int) -> None:
    old = (bundle(built) / "walk.zsh.zwc").read_bytes()
    change(built.zdotdir / "pre-plugin" / "05-fzf-init.zsh", "told=first", "told=second")
    limited = ["prlimit", f"--fsize={room}", "zsh", "-fc", f"trap '' XFSZ; {BUILD} settled"]
    done = subprocess.run(limited, env=built.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert (bundle(built) / "walk.zsh.zwc").read_bytes() == old
    assert told(built) == "zdotdir second"


def test_a_builder_that_is_killed_at_any_moment_leaves_a_working_shell(built: Shell) -> None:
    module = built.zdotdir / "pre-plugin" / "05-fzf-init.zsh"
    status = -9
    for step in range(100):
        if status == 0:
            break
        change(module, "told=", f"told=v{step}-")
        kill = f"integer n; TRAPDEBUG() {{ (( ++n <= {step * 30} )) || kill -9 $$ }}; "
        status = built.run(f"{kill} {BUILD} settled", "-f").returncode
        assert status in {0, -9}
        session = built.session(WHERE)
        assert session.names() == MARKERS
        assert f" v{step}-" in session.screen
    assert status == 0
    assert step > ENOUGH_STEPS


AFTER_PROMPT = """# -zf-after-prompt runs it at once, when the line editor is there.
eval "zle-line-init() { zle -D zle-line-init; $2 }"
zle -N zle-line-init
"""


def test_a_stale_bundle_is_built_anew_after_the_prompt_without_a_word(built: Shell) -> None:
    (built.zdotdir / "functions" / "-zf-after-prompt").write_text(AFTER_PROMPT)
    assert build(built).returncode == 0
    change(built.zdotdir / "pre-plugin" / "05-fzf-init.zsh", "told=first", "told=second")
    wait = "repeat 50; do sleep 0.1; [[ $ZDOTDIR/bundle/key -nt $ZDOTDIR/pre-plugin/05-fzf-init.zsh ]] && break; done"
    session = built.session(WHERE, wait, "jobs")
    assert "from zdotdir second" in session.screen
    assert "done" not in session.screen.split("from zdotdir second")[1].replace("; done", "")
    assert told(built) == "bundle second"


def test_a_configuration_that_was_never_built_stays_so(shell: Shell) -> None:
    (shell.zdotdir / "functions" / "-zf-after-prompt").write_text(AFTER_PROMPT)
    shell.session("sleep 1.5")
    assert not bundle(shell).exists()


def test_the_functions_of_a_bundle_are_listed_with_what_they_are_for(built: Shell) -> None:
    listed = [line for line in built.session("zf::functions").screen.splitlines() if line.startswith("zf::")]
    assert "zf::has NAME: whether NAME can be run, as a command, function, builtin or alias. Silent." in listed
    assert len(listed) == len(list((built.zdotdir / "functions").glob("zf::*")))
