"""The settings table and what wins when several places set one value."""

import ast
from pathlib import Path

import pytest

from zshforge.model.errors import UsageError
from zshforge.model.settings import SETTINGS, Settings, load_settings, settings_report
from zshforge.model.settings_table import BY_ENVIRONMENT, REFUSED

SOURCES = Path(__file__).parents[2] / "src"


def load(
    environ: dict[str, str] | None = None,
    *,
    workspace: Path | None = None,
    user: Path | None = None,
    **flags: object,
) -> Settings:
    overrides = {name.replace("__", "."): value for name, value in flags.items()}
    return load_settings(environ=environ or {}, workspace_file=workspace, user_file=user, overrides=overrides)


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_the_defaults_are_those_of_the_table_and_say_so() -> None:
    settings = load()
    for setting in SETTINGS:
        assert settings.values[setting.name].value == setting.default
        assert settings.origin(setting.name) == "default"
    assert settings.integer("capture.samples") == 16
    assert settings.number("outlier.factor") == 2.0
    assert settings.flag("capture.login") is True
    assert settings.text("capture.locale") == "C.UTF-8"


def test_every_setting_has_a_meaning_and_a_source_and_a_name_of_its_own() -> None:
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.meaning, setting.name
        assert setting.source, setting.name
        assert setting.accepts(setting.default), setting.name


def test_no_environment_name_means_two_things() -> None:
    named = [name for setting in SETTINGS for name in setting.environment]
    assert len(named) == len(set(named)) == len(BY_ENVIRONMENT)
    assert not set(named) & {refused.name for refused in REFUSED}


def test_flag_beats_environment_beats_workspace_beats_user_beats_default(tmp_path: Path) -> None:
    user = written(tmp_path / "user.toml", "[capture]\nsamples = 5\nwarmups = 5\nretries = 5\nrows = 25\n")
    workspace = written(tmp_path / "zf.toml", "[capture]\nsamples = 6\nwarmups = 6\nretries = 6\n")
    environ = {"ZF_CAPTURE_SAMPLES": "7", "PERF_CAPTURE_SAMPLE_RETRIES": "7"}
    settings = load(environ, workspace=workspace, user=user, capture__samples=8)
    assert settings.integer("capture.samples") == 8
    assert settings.origin("capture.samples") == "flag"
    assert settings.integer("capture.retries") == 7
    assert settings.origin("capture.retries") == "environment PERF_CAPTURE_SAMPLE_RETRIES"
    assert settings.integer("capture.warmups") == 6
    assert settings.origin("capture.warmups") == str(workspace)
    assert settings.integer("capture.rows") == 25
    assert settings.origin("capture.rows") == str(user)


def test_a_flag_that_was_not_given_overrides_nothing() -> None:
    assert load(capture__samples=None).origin("capture.samples") == "default"


def test_an_empty_environment_variable_counts_as_not_set() -> None:
    assert load({"PERF_OUTLIER_FACTOR": ""}).origin("outlier.factor") == "default"


def test_a_name_of_ours_beats_an_alias_of_the_guide() -> None:
    settings = load({"PERF_OUTLIER_FACTOR": "3", "ZF_OUTLIER_FACTOR": "4"})
    assert settings.number("outlier.factor") == 4.0


def test_a_guide_variable_in_milliseconds_is_converted_for_a_setting_in_seconds() -> None:
    settings = load({"PERF_PROMPT_READY_TIMEOUT_MS": "2500"})
    assert settings.number("capture.prompt_deadline_s") == 2.5


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), ("yes", True), ("ON", True), ("0", False), ("false", False)]
)
def test_flags_are_read_from_the_usual_words(text: str, expected: bool) -> None:
    assert load({"PERF_CAPTURE_ENABLE_CACHE": text}).flag("capture.reuse") is expected


def test_an_integer_in_a_file_is_good_enough_for_a_number(tmp_path: Path) -> None:
    value = load(workspace=written(tmp_path / "zf.toml", "outlier.factor = 3\n")).number("outlier.factor")
    assert value == 3.0
    assert isinstance(value, float)


@pytest.mark.parametrize(
    ("toml", "key", "told"),
    [
        ("[capture]\nsamples = 0\n", "capture.samples", "an integer, 1 or more"),
        ('[capture]\nsamples = "16"\n', "capture.samples", "an integer"),
        ("[capture]\nsamples = true\n", "capture.samples", "an integer"),
        ("[capture]\nsamples = 16.0\n", "capture.samples", "an integer"),
        ("[capture]\nlogin = 1\n", "capture.login", "true or false"),
        ("[outlier]\nfactor = nan\n", "outlier.factor", "a number"),
        ("[capture]\nadaptive_wait_share = 1.5\n", "capture.adaptive_wait_share", "from 0 to 1"),
        ("[capture]\nterm = 7\n", "capture.term", "text"),
        ('[capture]\nterm = ""\n', "capture.term", "text"),
        ("[capture]\nsampels = 16\n", "capture.sampels", "capture.samples"),
        ("samples = 16\n", "samples", "capture.samples"),
        ("[captrue]\n", "captrue", "capture"),
        ('[boundaries]\nplugin = ["x"]\n', "boundaries.plugin", "boundaries.plugins"),
        ('[boundaries]\nplugins = "x"\n', "boundaries.plugins", "a list of globs"),
        ("[boundaries]\nplugins = [1]\n", "boundaries.plugins", "a list of globs"),
        ("capture = 3\n", "capture", "capture."),
        ("[capture\n", "TOML", "TOML"),
    ],
)
def test_a_bad_file_is_refused_with_file_key_and_what_is_allowed(
    tmp_path: Path, toml: str, key: str, told: str
) -> None:
    file = written(tmp_path / "zf.toml", toml)
    with pytest.raises(UsageError) as caught:
        load(workspace=file)
    assert str(file) in str(caught.value)
    assert key in str(caught.value)
    assert told in str(caught.value)


def test_a_file_that_is_not_text_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "zf.toml"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"zf\.toml"):
        load(user=file)


@pytest.mark.parametrize("text", ["many", "0", "1.5", "-3"])
def test_a_bad_environment_value_is_refused_with_the_variable(text: str) -> None:
    with pytest.raises(UsageError, match=r"ZF_CAPTURE_SAMPLES.*an integer, 1 or more"):
        load({"ZF_CAPTURE_SAMPLES": text})


def test_a_bad_flag_value_is_refused() -> None:
    with pytest.raises(UsageError, match=r"capture\.samples = -1"):
        load(capture__samples=-1)


def test_a_file_that_does_not_exist_sets_nothing(tmp_path: Path) -> None:
    assert load(user=tmp_path / "no.toml") == load()


def test_boundaries_come_from_the_files_and_the_workspace_wins(tmp_path: Path) -> None:
    user = written(tmp_path / "user.toml", '[boundaries]\nplugins = ["*/user/*"]\n')
    workspace = written(tmp_path / "zf.toml", '[boundaries]\nplugins = ["*/plugins/*.zsh", "*/x"]\n')
    assert load(user=user).boundaries == {"plugins": ("*/user/*",)}
    assert load(user=user, workspace=workspace).boundaries == {"plugins": ("*/plugins/*.zsh", "*/x")}
    assert load().boundaries == {}


def test_an_accessor_of_the_wrong_type_is_a_programming_error() -> None:
    settings = load()
    with pytest.raises(TypeError, match=r"outlier\.factor"):
        settings.integer("outlier.factor")
    with pytest.raises(TypeError, match=r"capture\.term"):
        settings.number("capture.term")
    with pytest.raises(TypeError, match=r"capture\.login"):
        settings.number("capture.login")
    with pytest.raises(KeyError, match="nothing"):
        settings.flag("nothing.such")


def test_a_count_may_be_read_as_a_number() -> None:
    assert load().number("capture.samples") == 16.0


def test_the_report_holds_every_setting_and_names_refused_variables_that_are_set() -> None:
    environ = {"PERF_FORCE_PROMPT_READY_FALLBACK": "1", "PERF_OUTLIER_FACTOR": "3"}
    report = settings_report(load(environ), environ)
    assert [row.name for row in report.settings] == [setting.name for setting in SETTINGS]
    row = next(row for row in report.settings if row.name == "outlier.factor")
    assert (row.value, row.default, row.origin) == (3.0, 2.0, "environment PERF_OUTLIER_FACTOR")
    assert [refused.name for refused in report.refused_in_environment] == ["PERF_FORCE_PROMPT_READY_FALLBACK"]


def accessor_calls(tree: ast.AST) -> list[tuple[str, str]]:
    return [
        (node.func.attr, node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"integer", "number", "flag", "text"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and "." in node.args[0].value
    ]


def test_every_setting_that_the_code_reads_exists_and_is_read_by_its_type() -> None:
    settings = load()
    for file in SOURCES.rglob("*.py"):
        for accessor, name in accessor_calls(ast.parse(file.read_text())):
            assert name in settings.values, f"{file}: no setting {name}"
            getattr(settings, accessor)(name)
