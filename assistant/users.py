"""Who may sign in and what each may do: a TOML file of names, roles and argon2 hashes (`JIXIAO_USERS`)."""

import functools
import os
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import SettingsError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

FEWEST_CHARACTERS = 8  # of a password
_NAME = re.compile(r"[\w.@-]{1,40}")


class Right(StrEnum):
    """What a handler asks for before it does anything."""

    ASK = "ask"  # ask, search, see records, sources and one's own history
    DRAFT = "draft"
    INGEST = "ingest"  # upload and replace documents
    FORGET = "forget"
    ADMINISTER = "administer"  # audit, feedback of all, eval cases


class Role(StrEnum):
    VIEWER = "viewer"
    DRAFTER = "drafter"
    ADMIN = "admin"


_RIGHTS = {
    Role.VIEWER: frozenset({Right.ASK}),
    Role.DRAFTER: frozenset({Right.ASK, Right.DRAFT, Right.INGEST}),
    Role.ADMIN: frozenset(Right),
}
ROLE_WORDS = {Role.VIEWER: "查看", Role.DRAFTER: "起草", Role.ADMIN: "管理"}


def may(role: Role, right: Right) -> bool:
    return right in _RIGHTS[role]


@dataclass(frozen=True, slots=True)
class User:
    name: str
    role: Role
    hash: str  # argon2id, with its parameters and salt


def read_users(path: Path) -> tuple[User, ...]:
    """The users of the file. Raises SettingsError for one that is missing or broken, and never lets a bad entry pass."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"用户文件 {path} 无法读取：{error}") from None
    entries = found.get("user")
    if set(found) - {"user"} or not isinstance(entries, list):
        raise SettingsError(f"用户文件 {path} 应只含 [[user]] 条目。用 jixiao user add 添加用户。")
    users = tuple(_user(path, place, entry) for place, entry in enumerate(entries, start=1))
    if len({user.name for user in users}) < len(users):
        raise SettingsError(f"用户文件 {path} 中有重复的用户名。")
    return users


def _user(path: Path, place: int, entry: object) -> User:
    where = f"用户文件 {path} 第 {place} 个用户"
    if not isinstance(entry, dict) or set(entry) != {"name", "role", "hash"}:
        raise SettingsError(f"{where}应有且只有 name、role、hash 三项。")
    name, role, stored = (str(entry[key]) for key in ("name", "role", "hash"))
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{where}的用户名不合要求：限 40 个以内的汉字、字母、数字、点、横线和 @。")
    if role not in list(Role):
        raise SettingsError(f"{where}的角色“{role}”不存在，可用：{'、'.join(Role)}。")
    if not stored.startswith("$argon2id$"):
        raise SettingsError(f"{where}的 hash 不是 argon2id。用 jixiao user add 重新设置口令。")
    return User(name, Role(role), stored)


def write_users(path: Path, users: tuple[User, ...]) -> None:
    """Writes the file aside and moves it, readable by its owner only. Raises SettingsError."""
    text = "\n".join(f'[[user]]\nname = "{u.name}"\nrole = "{u.role}"\nhash = "{u.hash}"\n' for u in users)
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text or "user = []\n")
        aside.replace(path)
    except OSError as error:
        raise SettingsError(f"用户文件 {path} 无法写入（{error.strerror}）。") from None


def with_user(users: tuple[User, ...], name: str, role: Role, password: str) -> tuple[User, ...]:
    """`users` with this one added, or with a new role and password. Raises SettingsError for an unfit name or password."""
    if not _NAME.fullmatch(name):
        raise SettingsError("用户名限 40 个以内的汉字、字母、数字、点、横线和 @。")
    if len(password) < FEWEST_CHARACTERS:
        raise SettingsError(f"口令至少 {FEWEST_CHARACTERS} 个字符。")
    return (*without_user(users, name), User(name, role, _hasher().hash(password)))


def without_user(users: tuple[User, ...], name: str) -> tuple[User, ...]:
    return tuple(user for user in users if user.name != name)


def verified(users: tuple[User, ...], name: str, password: str) -> User | None:
    """The user of this name and password; None otherwise, after the same work for a name that does not exist."""
    from argon2.exceptions import InvalidHashError, VerificationError

    user = next((user for user in users if user.name == name), None)
    try:
        _hasher().verify(user.hash if user else _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return None
    return user


@functools.cache
def _hash_of_nobody() -> str:
    return _hasher().hash(os.urandom(16).hex())


def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's minimum for argon2id
