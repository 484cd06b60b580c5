"""Who a request comes from. Without a users file: one local user, told from others by the browser's cookie."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AssistantError
from assistant.users import Right, Role, User, may, read_users, verified
from assistant.web.guard import COOKIE, owner_of

SESSION_COOKIE = "jixiao_session"
_SESSION_SECONDS = 12 * 3600  # a working day
_MOST_FAILURES, _FAILURE_SECONDS = 5, 300  # then signing in under this name waits
_MOST_NAMES = 10_000  # whose failures are remembered at once


class SignInError(AssistantError):
    """Signing in failed; the sentence never says whether the name exists."""


@dataclass(frozen=True, slots=True)
class Person:
    """`owner` is what their things are kept under; `name` is empty for the local user."""

    owner: str
    role: Role
    name: str = ""

    def may(self, right: Right) -> bool:
        return may(self.role, right)


class Doors:
    """Signing in and out. Sessions live in memory: after a restart one signs in again. Safe for many threads."""

    def __init__(self, users: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = users
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[str, float]] = {}  # hash of the token -> name, until
        self._failures: dict[str, list[float]] = {}
        self._read: tuple[tuple[int, int], tuple[User, ...]] = ((0, 0), ())
        self.users()

    @property
    def closed(self) -> bool:
        """Whether one has to sign in."""
        return self._path is not None

    def users(self) -> tuple[User, ...]:
        """The users now in force: a changed file counts at once. Raises SettingsError for a broken one."""
        if self._path is None:
            return ()
        found = self._path.stat() if self._path.exists() else None
        stamp = (found.st_mtime_ns, found.st_ino) if found else (0, 0)
        if found is None or stamp != self._read[0]:
            self._read = (stamp, read_users(self._path))
        return self._read[1]

    def person(self, cookies: Mapping[str, str]) -> Person | None:
        """Who these cookies belong to; None for nobody, or one whose session has ended."""
        if not self.closed:
            owner = owner_of(cookies.get(COOKIE))
            return Person(owner, Role.ADMIN) if owner else None
        name = self._session(cookies.get(SESSION_COOKIE, ""))
        user = next((user for user in self.users() if user.name == name), None)
        return _as_person(user) if user else None

    def program(self, name: str, password: str) -> Person:
        """Whom a program acts for. Raises SignInError."""
        return _as_person(self._verified(name, password))

    def sign_in(self, name: str, password: str) -> str:
        """A new session's token. Raises SignInError."""
        user = self._verified(name, password)
        token = secrets.token_urlsafe(32)
        with self._lock:
            now = self._clock()
            self._sessions = {key: kept for key, kept in self._sessions.items() if kept[1] > now}
            self._sessions[_key(token)] = (user.name, now + _SESSION_SECONDS)
        return token

    def sign_out(self, token: str) -> None:
        with self._lock:
            self._sessions.pop(_key(token), None)

    def _verified(self, name: str, password: str) -> User:
        if self._failing(name):
            raise SignInError(f"登录失败次数过多，请 {_FAILURE_SECONDS // 60} 分钟后再试。")
        user = verified(self.users(), name, password)
        if user is None:
            self._note_failure(name)
            raise SignInError("用户名或口令不正确。")
        with self._lock:
            self._failures.pop(name, None)
        return user

    def _session(self, token: str) -> str | None:
        with self._lock:
            name, until = self._sessions.get(_key(token), (None, 0.0))
        return name if until > self._clock() else None

    def _failing(self, name: str) -> bool:
        since = self._clock() - _FAILURE_SECONDS
        with self._lock:
            return len([at for at in self._failures.get(name, ()) if at > since]) >= _MOST_FAILURES

    def _note_failure(self, name: str) -> None:
        with self._lock:
            if len(self._failures) >= _MOST_NAMES:
                self._failures.clear()
            self._failures[name] = [*self._failures.get(name, ())[-_MOST_FAILURES:], self._clock()]


def _as_person(user: User) -> Person:
    return Person(f"user:{user.name}", user.role, user.name)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
