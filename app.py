"""Opens the page: builds the settings and launches the web app, nothing else."""

import argparse
import sys
from pathlib import Path

from assistant.errors import AssistantError
from assistant.settings import load_settings
from assistant.web import launch
from corpus.errors import CorpusError


def main(argv: list[str] | None = None) -> int:
    """0 after an orderly stop; 1 when the page cannot be opened, with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="app.py", description="打开绩效目标助手的网页。")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认只限本机）")
    parser.add_argument("--port", type=int, default=7860, help="端口（默认 7860）")
    parser.add_argument("--data", type=Path, default=None, help="数据文件夹（默认 ./data）")
    options = parser.parse_args(argv)
    try:
        launch(load_settings(options.data), options.host, options.port)
    except (AssistantError, CorpusError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
