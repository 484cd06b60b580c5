"""Which question each open page is waiting for: one at a time, so that two cannot both extend the same conversation."""

import threading


class Runs:
    """By Gradio's session, the token of the question that is being answered. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._going: dict[str, object] = {}
        self._edits: dict[str, str] = {}  # the last edit of each page, which counts once

    def begin(self, session: str) -> object | None:
        """A token for a new question; None while another is being answered."""
        with self._lock:
            if session in self._going:
                return None
            token = object()
            self._going[session] = token
            return token

    def busy(self, session: str) -> bool:
        with self._lock:
            return session in self._going

    def first(self, session: str, edit: str) -> bool:
        """Whether this edit is a new one; from now on it is not."""
        with self._lock:
            known = self._edits.get(session) == edit
            self._edits[session] = edit
            return not known

    def going(self, session: str, token: object) -> bool:
        """Whether the question of `token` is still waited for; a stopped one finishes its work unseen."""
        with self._lock:
            return self._going.get(session) is token

    def end(self, session: str, token: object | None = None) -> None:
        """Ends the question of `token`; without a token whichever there is."""
        with self._lock:
            if token is None or self._going.get(session) is token:
                self._going.pop(session, None)
