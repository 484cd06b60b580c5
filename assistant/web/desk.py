"""What every tab works with: the assistant, the workspace, and whose request it is."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import gradio as gr

from assistant.types import Reply
from assistant.web.guard import COOKIE, owner_of
from assistant.web.runs import Runs
from assistant.workspace import Workspace

if TYPE_CHECKING:
    from assistant.engine import Assistant


@dataclass(frozen=True, slots=True)
class Desk:
    assistant: "Assistant"
    workspace: Workspace
    runs: Runs = field(default_factory=Runs)

    def note(self, owner: str, reply: Reply) -> None:
        """Records in the audit that a reply was given, and over which document versions; not what was said."""
        cited = {citation.document_id for citation in reply.citations}
        versions = tuple((info.name, info.sha256) for info in self.assistant.documents() if info.id in cited)
        self.workspace.note(owner, reply.route.value, reply.kind.value, versions)


def owner(request: gr.Request) -> str:
    """Whose request it is. Raises gr.Error for a browser whose cookie is gone."""
    found = owner_of(request.cookies.get(COOKIE))
    if found is None:
        raise gr.Error("会话已过期，请刷新页面。", title="提示", print_exception=False)
    return found
