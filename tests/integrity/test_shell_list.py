"""The list for shells says what the lock says."""

import subprocess

from locked_place import Place, put

from zshforge.integrity.shell_list import shell_list


def test_the_list_names_every_locked_file_in_a_form_that_zsh_reads_back(place: Place) -> None:
    names = ["with space", "new\nline", "it's", "$(touch ran)", "back\\x41slash", "tab\there"]
    for name in names:
        put(place.plain, name)
    lock = place.lock()
    lines = shell_list(lock).decode().splitlines()
    assert lines[0] == f"# zshforge integrity list 1, lock {lock.digest}"
    assert lines.pop() == f"# end {len(lines) - 1}"
    assert len(lines) == 1 + sum(len(plugin.files) for plugin in lock.plugins)
    program = 'for line in "$@"; do w=("${(@ps:\\t:)line}"); print -rN -- "${(g::)w[3]}"; done'
    done = subprocess.run(["zsh", "-fc", program, "x", *lines[1:]], capture_output=True, check=True)
    told = set(done.stdout.decode().split("\0"))
    assert {f"ZDOTDIR/plugins/plain/{name}" for name in names} <= told
