"""What makes timing noisy on this machine, as its kernel tells it; one small function for each.

``root`` is the folder that stands for ``/``; the files are those of Linux (proc(5), sysfs), and a system that does not
have them reads ``unknown``. The bounds are the doctor's own: they only warn, and no verdict rests on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from pathlib import Path

from zshforge.capture.doctor_checks import ok, unknown, warn
from zshforge.model.doctor import Check
from zshforge.shell.mounts import IN_MEMORY, mount_of, read_mounts

#: A check that needs nothing but the file tree.
FileCheck = Callable[[Path], Check]

#: Swapped-out memory in KiB that is worth telling; idle desktops keep some tens of MiB there for good.
SWAP_USED_KB = 256 * 1024
#: Clock sources that user space reads without a system call (the kernel's vDSO, arch/*/entry/vdso).
FAST_CLOCKS = frozenset({"tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "xen", "arch_sys_counter"})
SLOW_CLOCKS = frozenset({"hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"})
_REMOTE = re.compile(r"nfs|cifs|smb|sshfs|9p|afs|ceph|gluster|virtiofs|^fuse")
_CPU = "sys/devices/system/cpu"


def processors(count: int | None) -> Check:
    """How many processors there are for the shell and the harness."""
    if count is None:
        return unknown("processors", "the system does not tell how many there are")
    if count == 1:
        return warn("processors", "1: the harness shares it with the shell", "measure on a machine with two or more")
    return ok("processors", str(count))


def load(root: Path, count: int | None, limit: float) -> Check:
    """The load of the last minute for each processor, against ``stability.load_per_cpu_max``."""
    text = (_read(root, "proc/loadavg") or "").split(" ")[0]
    value = _number(text)
    if value is None or not count:
        return unknown("load", "the system does not tell its load")
    each = value / count
    told = f"{each:.2f} for each processor"
    if each > limit:
        return warn("load", f"{told}, above {limit:g}", "wait until the machine is quiet (uptime tells)")
    return ok("load", told)


def governor(root: Path) -> Check:
    """Whether the processors' clock is held up."""
    files = sorted((root / _CPU).glob("cpu[0-9]*/cpufreq/scaling_governor"))
    names = {text for file in files if (text := _read(root, str(file.relative_to(root))))}
    if not names:
        return unknown("governor", "the kernel tells no clock governor (usual in virtual machines)")
    if names == {"performance"}:
        return ok("governor", "performance")
    told = ", ".join(sorted(names))
    return warn("governor", f"{told}: the clock follows the load", "sudo cpupower frequency-set -g performance")


def turbo(root: Path) -> Check:
    """Whether the clock may rise above its nominal rate while the chip is cool."""
    switch = {"intel_pstate/no_turbo": "0", "cpufreq/boost": "1"}
    for file, on in switch.items():
        text = _read(root, f"{_CPU}/{file}")
        if text in ("0", "1"):
            if text != on:
                return ok("turbo", "off")
            fix = f"echo {1 - int(on)} | sudo tee /{_CPU}/{file}"
            return warn("turbo", "on: the clock depends on heat and on the other cores", fix)
    return unknown("turbo", "the kernel does not tell (usual in virtual machines)")


def smt(root: Path) -> Check:
    """Whether two processors share one core."""
    active = _read(root, f"{_CPU}/smt/active")
    if active == "0":
        return ok("smt", "off: no core is shared")
    if active == "1":
        fix = f"echo off | sudo tee /{_CPU}/smt/control, or keep the machine quiet"
        return warn("smt", "on: a busy neighbour slows the shell's core", fix)
    return unknown("smt", "the kernel does not tell")


def virtual(root: Path) -> Check:
    """Whether this is a virtual machine, by the processor flag ``hypervisor``."""
    flags = re.search(r"^flags\s*:(.*)$", _read(root, "proc/cpuinfo") or "", re.MULTILINE)
    if flags is None:
        return unknown("virtual machine", "the processor has no flag for it")
    if "hypervisor" in flags[1].split():
        fix = "compare interleaved runs on this machine only, never with another day or host"
        return warn("virtual machine", "yes: its neighbours take time that cannot be seen from inside", fix)
    return ok("virtual machine", "no")


def power(root: Path) -> Check:
    """Whether the machine runs on its battery."""
    folder = root / "sys/class/power_supply"
    if not folder.is_dir():
        return unknown("power", "the kernel does not tell")
    for supply in sorted(folder.iterdir()):
        kind, scope, state = (_read(supply, name) for name in ("type", "scope", "status"))
        if kind == "Battery" and scope != "Device" and state == "Discharging":
            return warn("power", f"on battery ({supply.name})", "plug the machine in")
    return ok("power", "mains, or charging")


def clocksource(root: Path) -> Check:
    """Whether reading the clock is cheap."""
    name = _read(root, "sys/devices/system/clocksource/clocksource0/current_clocksource")
    if name in FAST_CLOCKS:
        return ok("clock source", name)
    if name in SLOW_CLOCKS:
        return warn("clock source", f"{name}: reading the clock takes a system call", "boot with clocksource=tsc")
    return unknown("clock source", f"{name or 'none told'}: not known to be fast or slow")


def swap(root: Path) -> Check:
    """Whether memory was swapped out."""
    sizes = dict(re.findall(r"^(Swap(?:Total|Free)):\s*(\d+) kB$", _read(root, "proc/meminfo") or "", re.MULTILINE))
    if sizes.keys() != {"SwapTotal", "SwapFree"}:
        return unknown("swap", "the kernel does not tell")
    used = int(sizes["SwapTotal"]) - int(sizes["SwapFree"])
    if used > SWAP_USED_KB:
        return warn("swap", f"{used // 1024} MiB are swapped out", "close programs that need memory")
    return ok("swap", f"{used // 1024} MiB used")


def ptrace_scope(root: Path) -> Check:
    """Whether Yama lets a parent read its child's memory (kernel documentation, admin-guide/LSM/Yama)."""
    if not (root / "proc/sys/kernel").is_dir():
        return unknown("ptrace scope", "the kernel does not tell")
    value = _read(root, "proc/sys/kernel/yama/ptrace_scope")
    if value is None:
        return ok("ptrace scope", "Yama is not there: nothing is restricted")
    if value in ("0", "1"):
        return ok("ptrace scope", f"{value}: a parent may watch its children")
    if value in ("2", "3"):
        return warn(
            "ptrace scope", f"{value}: only root may watch, or nobody", "sudo sysctl kernel.yama.ptrace_scope=1"
        )
    return unknown("ptrace scope", f"{value!r} means nothing that is known")


def perf_paranoid(root: Path) -> Check:
    """What the kernel lets users count (kernel documentation, admin-guide/sysctl/kernel)."""
    value = _read(root, "proc/sys/kernel/perf_event_paranoid")
    level = _number(value or "")
    if level is None:
        return unknown("perf_event_paranoid", "the kernel does not tell")
    if level > 2:  # noqa: PLR2004  3 is Debian's and Android's addition: no perf events for users
        fix = "sudo sysctl kernel.perf_event_paranoid=2"
        return warn("perf_event_paranoid", f"{value}: users may not count anything", fix)
    return ok("perf_event_paranoid", f"{value}: users may count their own programs")


def aslr(root: Path) -> Check:
    """Random addresses: normal, and part of every spread."""
    value = _read(root, "proc/sys/kernel/randomize_va_space")
    if value not in ("0", "1", "2"):
        return unknown("random addresses", "the kernel does not tell")
    return ok("random addresses", "off" if value == "0" else "on, as everywhere: sessions differ a little by it")


def file_system(root: Path, scratch: Path) -> Check:
    """What the scratch folder lies on (``scratch`` absolute, links resolved)."""
    mount = mount_of(read_mounts(root / "proc/mounts"), scratch)
    if mount is None:
        return unknown("file system", "the system does not tell what the scratch folder lies on")
    told = f"{scratch} is on {mount.kind}"
    if _REMOTE.search(mount.kind):
        return warn("file system", f"{told}: every file costs a round trip", "set TMPDIR to a local folder")
    if mount.kind in IN_MEMORY:
        why = "in memory, where a start reads its files some percent slower than from a disk's cache"
        return warn("file system", f"{told}, {why}", "unset TMPDIR, or set it to a folder on the disk of your home")
    if _spins(root, mount.device):
        return warn("file system", f"{told} on a spinning disk", "set TMPDIR to a folder on an SSD")
    return ok("file system", told)


#: Those that look at the kernel's files and nothing else, in the order in which they are shown.
FILE_CHECKS: tuple[FileCheck, ...] = (
    ptrace_scope,
    perf_paranoid,
    virtual,
    governor,
    turbo,
    smt,
    power,
    clocksource,
    swap,
    aslr,
)


def _read(root: Path, path: str) -> str | None:
    try:
        return (root / path).read_text("utf-8", "replace").strip()
    except OSError:
        return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _spins(root: Path, device: str) -> bool:
    block = root / "sys/class/block" / device.rpartition("/")[2]
    # a paravirtual disk says that it spins, whatever is below it
    if not device.startswith("/dev/") or block.name.startswith(("vd", "xvd")) or not block.exists():
        return False
    block = block.resolve()
    disk = block.parent if (block / "partition").exists() else block
    return _read(disk, "queue/rotational") == "1"
