"""What makes timing noisy, read from a tree like /proc and /sys."""

from pathlib import Path

import pytest

from zshforge.capture import doctor_machine as machine


def put(root: Path, path: str, content: str) -> Path:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(content, "utf-8")
    return root


CPU = "sys/devices/system/cpu"


@pytest.mark.parametrize("check", machine.FILE_CHECKS)
def test_on_a_machine_that_tells_nothing_every_check_is_unknown_and_none_fails(
    tmp_path: Path, check: machine.FileCheck
) -> None:
    assert check(tmp_path).status == "unknown"


@pytest.mark.parametrize("check", machine.FILE_CHECKS)
def test_every_check_has_a_name_of_its_own(tmp_path: Path, check: machine.FileCheck) -> None:
    names = [each(tmp_path).name for each in machine.FILE_CHECKS]
    assert names.count(check(tmp_path).name) == 1


@pytest.mark.parametrize(("content", "status"), [("0.50 0.4 0.3 1/99 7\n", "ok"), ("3.00 0.4 0.3 1/99 7\n", "warn")])
def test_load_is_judged_per_processor(tmp_path: Path, content: str, status: str) -> None:
    put(tmp_path, "proc/loadavg", content)
    assert machine.load(tmp_path, 2, 0.7).status == status


@pytest.mark.parametrize("content", ["", "busy", "nan 1 2"])
def test_load_that_cannot_be_parsed_is_unknown(tmp_path: Path, content: str) -> None:
    put(tmp_path, "proc/loadavg", content)
    assert machine.load(tmp_path, 2, 0.7).status == "unknown"


@pytest.mark.parametrize(("count", "status"), [(1, "warn"), (2, "ok"), (None, "unknown")])
def test_one_processor_alone_is_shared_with_the_harness(count: int | None, status: str) -> None:
    assert machine.processors(count).status == status


def test_the_governor_is_ok_when_every_processor_runs_at_full_clock(tmp_path: Path) -> None:
    put(tmp_path, f"{CPU}/cpu0/cpufreq/scaling_governor", "performance\n")
    assert machine.governor(tmp_path).status == "ok"
    put(tmp_path, f"{CPU}/cpu1/cpufreq/scaling_governor", "powersave\n")
    found = machine.governor(tmp_path)
    assert found.status == "warn"
    assert "powersave" in found.what
    assert "performance" in found.fix


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("intel_pstate/no_turbo", "0", "warn"),
        ("intel_pstate/no_turbo", "1", "ok"),
        ("cpufreq/boost", "1", "warn"),
        ("cpufreq/boost", "0", "ok"),
        ("cpufreq/boost", "?", "unknown"),
    ],
)
def test_a_turbo_clock_is_a_warning(tmp_path: Path, path: str, content: str, status: str) -> None:
    assert machine.turbo(put(tmp_path, f"{CPU}/{path}", content)).status == status


@pytest.mark.parametrize(("content", "status"), [("1\n", "warn"), ("0\n", "ok"), ("x", "unknown")])
def test_shared_cores_are_a_warning(tmp_path: Path, content: str, status: str) -> None:
    assert machine.smt(put(tmp_path, f"{CPU}/smt/active", content)).status == status


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("flags\t\t: fpu sse hypervisor lahf\n", "warn"),
        ("flags\t\t: fpu sse\nmodel name : hypervisor\n", "ok"),
        ("Features : fp asimd\n", "unknown"),
    ],
)
def test_a_virtual_machine_is_told_by_the_processor_flag(tmp_path: Path, content: str, status: str) -> None:
    assert machine.virtual(put(tmp_path, "proc/cpuinfo", content)).status == status


@pytest.mark.parametrize(
    ("content", "status"), [("tsc\n", "ok"), ("kvm-clock", "ok"), ("hpet\n", "warn"), ("new-thing", "unknown")]
)
def test_a_slow_clock_is_a_warning(tmp_path: Path, content: str, status: str) -> None:
    put(tmp_path, "sys/devices/system/clocksource/clocksource0/current_clocksource", content)
    assert machine.clocksource(tmp_path).status == status


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("SwapTotal: 0 kB\nSwapFree: 0 kB\n", "ok"),
        ("SwapTotal: 4096 kB\nSwapFree: 4096 kB\n", "ok"),
        ("SwapTotal: 4194304 kB\nSwapFree: 1048576 kB\n", "warn"),
        ("SwapTotal: many\n", "unknown"),
    ],
)
def test_swap_in_use_is_a_warning(tmp_path: Path, content: str, status: str) -> None:
    assert machine.swap(put(tmp_path, "proc/meminfo", content)).status == status


def test_a_machine_on_battery_is_a_warning(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/power_supply/BAT0/type", "Battery\n")
    put(tmp_path, "sys/class/power_supply/BAT0/status", "Discharging\n")
    assert machine.power(tmp_path).status == "warn"
    put(tmp_path, "sys/class/power_supply/BAT0/status", "Charging\n")
    assert machine.power(tmp_path).status == "ok"


def test_a_mouse_on_battery_is_not_the_machine(tmp_path: Path) -> None:
    put(tmp_path, "sys/class/power_supply/hid/type", "Battery\n")
    put(tmp_path, "sys/class/power_supply/hid/scope", "Device\n")
    put(tmp_path, "sys/class/power_supply/hid/status", "Discharging\n")
    assert machine.power(tmp_path).status == "ok"


def test_a_machine_without_a_battery_runs_on_mains(tmp_path: Path) -> None:
    (tmp_path / "sys/class/power_supply").mkdir(parents=True)
    assert machine.power(tmp_path).status == "ok"


@pytest.mark.parametrize(
    ("content", "status"), [("0\n", "ok"), ("1\n", "ok"), ("2\n", "warn"), ("3\n", "warn"), ("x", "unknown")]
)
def test_ptrace_scope_above_one_keeps_parents_out(tmp_path: Path, content: str, status: str) -> None:
    assert machine.ptrace_scope(put(tmp_path, "proc/sys/kernel/yama/ptrace_scope", content)).status == status


def test_a_linux_without_yama_restricts_nothing(tmp_path: Path) -> None:
    (tmp_path / "proc/sys/kernel").mkdir(parents=True)
    assert machine.ptrace_scope(tmp_path).status == "ok"


@pytest.mark.parametrize(
    ("content", "status"), [("-1", "ok"), ("2\n", "ok"), ("3\n", "warn"), ("4\n", "warn"), ("?", "unknown")]
)
def test_perf_event_paranoid_above_two_keeps_users_out(tmp_path: Path, content: str, status: str) -> None:
    assert machine.perf_paranoid(put(tmp_path, "proc/sys/kernel/perf_event_paranoid", content)).status == status


@pytest.mark.parametrize("content", ["0", "1", "2"])
def test_random_addresses_are_normal(tmp_path: Path, content: str) -> None:
    assert machine.aslr(put(tmp_path, "proc/sys/kernel/randomize_va_space", content)).status == "ok"


MOUNTS = """/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
nas:/x /home/my\\040home nfs4 rw 0 0
/dev/sda2 /tmpfoo xfs rw 0 0
"""


@pytest.mark.parametrize(
    ("scratch", "status", "says"),
    [
        ("/tmp/zf", "warn", "in memory"),
        ("/var/tmp", "ok", "ext4"),
        ("/tmpfoo/a", "ok", "xfs"),
        ("/home/my home/x", "warn", "nfs4"),
    ],
)
def test_the_file_system_below_the_scratch_folder_is_the_one_of_its_mount(
    tmp_path: Path, scratch: str, status: str, says: str
) -> None:
    found = machine.file_system(put(tmp_path, "proc/mounts", MOUNTS), Path(scratch))
    assert found.status == status
    assert says in found.what


def test_a_paravirtual_disk_that_claims_to_spin_is_not_believed(tmp_path: Path) -> None:
    put(tmp_path, "proc/mounts", "/dev/vda / ext4 rw 0 0\n")
    put(tmp_path, "sys/class/block/vda/queue/rotational", "1\n")
    assert machine.file_system(tmp_path, Path("/var/tmp")).status == "ok"


def test_a_spinning_disk_below_the_scratch_folder_is_a_warning(tmp_path: Path) -> None:
    put(tmp_path, "proc/mounts", MOUNTS)
    put(tmp_path, "sys/class/block/sda/queue/rotational", "1\n")
    put(tmp_path, "sys/class/block/sda/sda1/partition", "1\n")
    (tmp_path / "sys/class/block/sda1").symlink_to("sda/sda1")
    assert machine.file_system(tmp_path, Path("/var/tmp")).status == "warn"


@pytest.mark.parametrize("paths", [["/proc/cpuinfo"], ["/proc/meminfo"]])
def test_bytes_that_are_not_text_are_unknown(tmp_path: Path, paths: list[str]) -> None:
    for path in paths:
        put(tmp_path, path[1:], "")
        (tmp_path / path[1:]).write_bytes(b"\xff\xfe\x00" * 50)
    assert machine.virtual(tmp_path).status == "unknown"
    assert machine.swap(tmp_path).status == "unknown"
