"""Starting and stopping the real app: quick, quiet, and refused in plain words where it cannot be."""

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.page.browser import ROOT, free_port, running

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="没有 /proc，看不到进程载入了什么")
def test_first_request_is_answered_before_torch_is_loaded(tmp_path: Path) -> None:
    with running(tmp_path / "data", free_port()) as app:
        with urllib.request.urlopen(app.url, timeout=30) as answer:
            assert answer.status == 200
        assert app.process is not None
        assert "torch" not in Path(f"/proc/{app.process.pid}/maps").read_text()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_stop_is_quick_and_prints_no_traceback(tmp_path: Path, by: signal.Signals) -> None:
    with running(tmp_path / "data", free_port()) as app:
        with urllib.request.urlopen(app.url, timeout=30):
            pass
        assert app.process is not None and app.log is not None
        app.process.send_signal(by)
        assert app.process.wait(20) == 0
        assert "Traceback" not in app.log.read_text()


def test_busy_port_is_a_sentence_and_exit_code_one(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = _app("--port", str(taken.getsockname()[1]), "--data", str(tmp_path / "data"))
    assert done.returncode == 1 and "已被占用" in done.stderr and "Traceback" not in done.stderr


def test_address_others_can_reach_is_a_sentence_and_exit_code_one(tmp_path: Path) -> None:
    done = _app("--host", "0.0.0.0", "--data", str(tmp_path / "data"))
    assert done.returncode == 1 and "没有登录保护" in done.stderr
    assert not (tmp_path / "data").exists()


def test_app_has_no_option_beyond_its_address_and_data() -> None:
    assert _app("--share").returncode == 2


def _app(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
