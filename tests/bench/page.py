"""From process start to the first page, against a minimal Gradio app."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

_MINIMAL = """
import os
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio as gr
with gr.Blocks() as app:
    gr.Chatbot()
app.launch(server_name="127.0.0.1", server_port={port}, quiet=True)
"""


def rows(data: Path, runs: int = 5) -> list[tuple[str, str, str]]:
    ours, bare = [], []
    for _ in range(runs):
        port = _free_port()
        ours.append(_first_page([sys.executable, "app.py", "--port", str(port), "--data", str(data)], port))
        port = _free_port()
        bare.append(_first_page([sys.executable, "-c", _MINIMAL.format(port=port)], port))
    ratio = median(a / b for a, b in zip(ours, bare, strict=True))
    return [
        ("网页：从启动到第一个页面", f"{median(ours):.1f} s", f"{ratio:.2f} 倍（目标 ≤ 1.2）"),
        ("最小的 Gradio 应用", f"{median(bare):.1f} s", "1"),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _first_page(command: list[str], port: int) -> float:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - started < 120:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
                    answer.read()
                return time.perf_counter() - started
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("no page after two minutes")
    finally:
        process.terminate()
        process.wait(30)
