"""The one settings table, and the variables of the predecessor that are refused."""

from __future__ import annotations

from zshforge.model.setting import Refused, Setting
from zshforge.model.settings_advice import ADVICE_SETTINGS
from zshforge.model.settings_bench import BENCH_SETTINGS
from zshforge.model.settings_capture import CAPTURE_SETTINGS
from zshforge.model.settings_compare import COMPARE_SETTINGS
from zshforge.model.settings_explain import EXPLAIN_SETTINGS
from zshforge.model.settings_integrity import INTEGRITY_SETTINGS
from zshforge.model.settings_judge import JUDGE_SETTINGS
from zshforge.model.settings_selftest import SELFTEST_SETTINGS

_JUDGING_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="outlier.factor",
        default=2.0,
        unit="x median",
        meaning="A value larger than this many medians is marked as an outlier.",
        source="guide, F13",
        aliases=("PERF_OUTLIER_FACTOR",),
        low=1,
    ),
    Setting(
        name="outlier.mad_z",
        default=3.5,
        unit="modified z",
        meaning="A value whose modified z-score is larger is marked as an outlier.",
        source="Iglewicz and Hoaglin 1993",
        low=0.1,
    ),
    Setting(
        name="stability.rsd_max",
        default=0.05,
        unit="fraction",
        meaning="A run is stable up to this relative standard deviation.",
        source="guide",
        aliases=("VARIANCE_RSD_THRESHOLD_WARN",),
        low=0,
        high=1,
    ),
    Setting(
        name="stability.rsd_check",
        default=0.1,
        unit="fraction",
        meaning="From this relative standard deviation on, the run is too noisy to conclude from.",
        source="pyperf, check",
        low=0,
        high=1,
    ),
    Setting(
        name="stability.half_drift_max",
        default=0.05,
        unit="fraction",
        meaning="How much the medians of a run's two halves may differ.",
        source="own: the same tolerance as the spread",
        low=0,
        high=1,
    ),
    Setting(
        name="stability.load_per_cpu_max",
        default=0.7,
        unit="load",
        meaning="The one-minute load average per processor above which a machine counts as busy.",
        source="own: from there on, sessions wait for a processor",
        low=0,
    ),
    Setting(
        name="stability.min_samples",
        default=5,
        unit="samples",
        meaning="Fewer samples than this allow no conclusion.",
        source="guide: N of at least 5",
        low=2,
    ),
    Setting(
        name="stability.robust_rsd_max",
        default=0.1,
        unit="fraction",
        meaning="The same limit for 1.4826 x MAD / median, which a few wild sessions do not move.",
        source="pyperf, check",
        low=0,
    ),
    Setting(
        name="stability.outlier_share_max",
        default=0.1,
        unit="fraction",
        meaning="From this share of outliers on, the run is too noisy to conclude from.",
        source="own: one in ten",
        low=0,
    ),
    Setting(
        name="stability.distance_max",
        default=0.5,
        unit="fraction",
        meaning="How far the fastest and the slowest session may lie from the median.",
        source="pyperf, check",
        low=0,
    ),
    Setting(
        name="stability.min_useful_ms",
        default=0.1,
        unit="ms",
        meaning="Below this a relative spread says more of the clock than of the shell.",
        source="own: the lateness of a stamp is 0.05",
        low=0,
    ),
    Setting(
        name="stability.wanted_precision",
        default=0.01,
        unit="fraction",
        meaning="The precision of the median from which on more samples are a waste of time.",
        source="pyperf, check",
        low=0,
    ),
    Setting(
        name="stability.surplus",
        default=4.0,
        unit="x samples",
        meaning="How many times the needed samples may be taken before it is mentioned.",
        source="own",
        low=0,
    ),
    Setting(
        name="authenticity.missing_post_share",
        default=0.5,
        unit="fraction",
        meaning="From this share of samples without a post-plugin total on, a run is partial.",
        source="guide",
        low=0,
        high=1,
    ),
    Setting(
        name="perception.first_prompt_ms",
        default=50.0,
        unit="ms",
        meaning="A first prompt up to this feels instant.",
        source="zsh-bench, blind test",
        low=0,
    ),
    Setting(
        name="perception.first_command_ms",
        default=150.0,
        unit="ms",
        meaning="A first command up to this feels instant.",
        source="zsh-bench, blind test",
        low=0,
    ),
    Setting(
        name="perception.command_ms",
        default=10.0,
        unit="ms",
        meaning="A prompt after a command up to this feels instant.",
        source="zsh-bench, blind test",
        low=0,
    ),
    Setting(
        name="perception.input_ms",
        default=20.0,
        unit="ms",
        meaning="A key's echo up to this feels instant.",
        source="zsh-bench, blind test",
        low=0,
    ),
    Setting(
        name="baseline.pre_runs",
        default=5,
        unit="runs",
        meaning="Runs of the pre-plugin baseline.",
        source="guide",
        aliases=("PREPLUGIN_RUNS",),
        low=1,
    ),
    Setting(
        name="baseline.pre_min_runs",
        default=3,
        unit="runs",
        meaning="The fewest good runs from which that baseline is made.",
        source="guide",
        aliases=("PREPLUGIN_MIN_RUNS",),
        low=1,
    ),
    Setting(
        name="baseline.iqr_filter",
        default=True,
        meaning="Whether values outside the fences are left out of that baseline's filtered half; the raw one has all.",
        source="guide",
        aliases=("PREPLUGIN_IQR_FILTER",),
    ),
    Setting(
        name="baseline.iqr_factor",
        default=1.5,
        unit="x quartile distance",
        meaning="How far outside the quartiles those fences lie.",
        source="Tukey 1977",
        low=0,
    ),
)

#: Every setting, in the order in which it is shown.
SETTINGS: tuple[Setting, ...] = (
    *CAPTURE_SETTINGS,
    *EXPLAIN_SETTINGS,
    *ADVICE_SETTINGS,
    *_JUDGING_SETTINGS,
    *COMPARE_SETTINGS,
    *JUDGE_SETTINGS,
    *SELFTEST_SETTINGS,
    *BENCH_SETTINGS,
    *INTEGRITY_SETTINGS,
)

#: What converts a variable whose unit is not its setting's.
ENVIRONMENT_FACTOR = {"PERF_PROMPT_READY_TIMEOUT_MS": 0.001}

#: Setting by environment variable.
BY_ENVIRONMENT = {name: setting for setting in SETTINGS for name in setting.environment}

#: The keys of the ``[boundaries]`` table: lists of globs matched against the files that a session sources.
BOUNDARY_KEYS = ("plugins",)

_INVENTED = {
    "PERF_FORCE_PROMPT_READY_FALLBACK": "gave the end of the plugins out as the prompt",
    "PERF_ALLOW_PROMPT_FORCE_CAPTURE": "stamped a prompt that nobody had seen",
    "PERF_PROMPT_FORCE_DELAY_MS": "stamped the prompt by a timer",
    "PERF_PROMPT_DEFERRED_CHECK": "stamped the prompt by a timer",
    "PERF_PROMPT_DEFERRED_DELAY_MS": "stamped the prompt by a timer",
    "PERF_FORCE_PRECMD": "ran the prompt's hooks where there was no prompt",
    "PERF_PROMPT_HARNESS": "stamped the prompt while the configuration was still being read",
    "PERF_ENABLE_PROMPT_HARNESS": "stamped the prompt while the configuration was still being read",
    "PERF_CAPTURE_FAST": "reported a fixed share of the total as the pre-plugin time",
    "PERF_ENABLE_SEGMENT_RECONSTRUCT": "put the sum of the segments in the place of a missing total",
    "PERF_CAPTURE_BIN": "let another program's numbers pass as ours",
}
_OBSOLETE = {
    "PERF_MULTI_STRICT_PROMPT": "every prompt is seen on the terminal, so there is no lax way to switch off",
    "PERF_CAPTURE_FINGERPRINT_FILE": "a stored run carries its own key, so a failed run cannot fill the cache",
    "PERF_CAPTURE_LOCK_DIR": "the lock is the kernel's, on one file for each machine",
    "PERF_CAPTURE_LOCK_STALE_SEC": "the kernel frees the lock when its holder dies, so none is ever stale",
    "PERF_CAPTURE_LOCK_RANDOMIZE": "a lock under a random name excludes nobody",
    "PERF_CAPTURE_WATCHDOG_INTERVAL_MS": "sessions end by capture.prompt_deadline_s and session_deadline_s",
    "PERF_CAPTURE_ITER_WATCHDOG_MS": "sessions end by capture.prompt_deadline_s and session_deadline_s",
    "PERF_CAPTURE_PROGRESS_STALL_MS": "silence is no failure; sessions end by their deadlines",
    "PERF_CAPTURE_PROGRESS_CHECK_MIN_MS": "silence is no failure; sessions end by their deadlines",
    "PERF_CAPTURE_MULTI_FORCE_SYNC": "sessions always run one after the other",
    "PERF_CAPTURE_KEEP_LOG": "the recording of every session is kept, see capture.recording_kb",
    "PERF_SINGLE_CURRENT_PATH": "artifacts lie in the workspace, where every reader finds them",
}

#: Variables that have no effect any more, each with the reason.
REFUSED: tuple[Refused, ...] = (
    *(Refused(name=name, reason=f"invented numbers: {how}") for name, how in _INVENTED.items()),
    *(Refused(name=name, reason=f"without use: {why}") for name, why in _OBSOLETE.items()),
)
