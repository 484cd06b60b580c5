"""The Gradio page. `launch` is its only door; importing it loads no web library."""

from assistant.web.server import LaunchError, launch

__all__ = ["LaunchError", "launch"]
