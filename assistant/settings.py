"""All settings, read in one place: environment variables, then `jixiao.toml` in the data folder, then defaults."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from assistant.errors import SettingsError

SETTINGS_FILE = "jixiao.toml"
RULES_FILE = "rules.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is `JIXIAO_<FIELD>` in the environment and `<field>` in the file."""

    data: Path = Path("data")
    model: str = ""  # as langchain's init_chat_model takes it; empty: no model
    model_url: str = ""
    model_key: str = ""
    model_seconds: str = "12"  # for all model calls of one reply; then the embedded answer is given
    embedder: str = "embedded"  # "embedded", a local folder, or a hub name
    database_url: str = ""  # empty: SQLite in the data folder
    chroma_url: str = ""  # empty: in process
    classification: Path | None = None  # the policy file
    users: Path | None = None  # the sign-in file

    @property
    def rules_file(self) -> Path | None:
        """The office's changes to the checking rules: rules.toml in the data folder, or beside the policy file."""
        beside = self.classification.with_name(RULES_FILE) if self.classification else None
        return next((path for path in (self.data / RULES_FILE, beside) if path and path.is_file()), None)

    @property
    def shipped_documents(self) -> Path:
        """The documents that come with the product."""
        import corpus

        return Path(corpus.__file__).parent / "documents"


_PATHS = ("data", "classification", "users")
_NAMES = tuple(f.name for f in fields(Settings))


def load_settings(data: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force; `data` (the --data option) wins over everything.

    Raises SettingsError for an unknown key or an unreadable file.
    """
    env = os.environ if environ is None else environ
    folder = data or Path(env.get("JIXIAO_DATA") or "data")
    values: dict[str, str] = {"data": str(folder), **_from_file(folder / SETTINGS_FILE)}
    values |= {name: env[f"JIXIAO_{name.upper()}"] for name in _NAMES if env.get(f"JIXIAO_{name.upper()}")}
    values["data"] = str(folder)
    return Settings(**{name: Path(value) if name in _PATHS else value for name, value in values.items()})  # type: ignore[arg-type]


def _from_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"设置文件 {path} 无法读取：{error}") from error
    for key, value in found.items():
        if key not in _NAMES or key == "data":
            raise SettingsError(f"设置文件 {path} 中有不认识的设置“{key}”。可用的设置：{'、'.join(_NAMES[1:])}")
        if not isinstance(value, str):
            raise SettingsError(f"设置文件 {path} 中的“{key}”应是文字（加引号）。")
    return found
