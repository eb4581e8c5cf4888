"""Each finding says how to get back, in a line that can be pasted."""

import msgspec
import pytest
from locked_place import Place

from zshforge.integrity.comparing import Difference
from zshforge.integrity.finding import make_finding
from zshforge.model.integrity import FindingKind, LockedPlugin


def told(place: Place, plugin: LockedPlugin, kind: FindingKind, path: str = "lib/a b.zsh") -> str:
    return make_finding(Difference(kind, path, "x"), plugin, place.places(), updated_fails=True).fix


def test_a_checkout_is_put_back_by_git_and_a_name_is_quoted(place: Place) -> None:
    cloned = place.lock().plugins[0]
    git = f"git -C {place.cloned} checkout {cloned.commit}"
    assert told(place, cloned, "edited") == f"{git} -- './lib/a b.zsh'"
    assert told(place, cloned, "updated", ".") == git
    assert told(place, cloned, "unexpected") == f"rm -- '{place.cloned}/lib/a b.zsh'"
    assert told(place, cloned, "permissions") == f"chmod go-w '{place.cloned}/lib/a b.zsh'"


@pytest.mark.parametrize("kind", ["edited", "missing", "unexpected"])
def test_files_of_the_system_are_the_package_managers_and_not_removed_by_hand(place: Place, kind: FindingKind) -> None:
    zsh = msgspec.structs.replace(place.lock().plugins[0], name="zsh", root="/", source="system", commit=None)
    fix = told(place, zsh, kind, "usr/share/zsh/vendor-completions/_x")
    assert "rm --" not in fix
    assert "package" in fix
    assert "zf integrity accept zsh" in fix
