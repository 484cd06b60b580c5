"""Many people at once: every reply right, and nobody sees another's words. How fast is measured by tests/bench/users.py."""

import pytest

from tests.page.browser import RunningApp
from tests.page.visitors import simulate

pytestmark = [pytest.mark.page, pytest.mark.timeout(180)]


def test_twenty_people_at_once_each_get_their_own_right_replies(app: RunningApp) -> None:
    day = simulate(app.url, people=20, seconds=10, pause=(0.2, 1.5), fewest=3)
    assert day.problems == []
    assert len(day.seconds) >= 60
