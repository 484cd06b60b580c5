import pytest


@pytest.fixture(scope="session")
def embedder_home(tmp_path_factory):
    """Where the embedded embedder is built, once for all tests."""
    return tmp_path_factory.mktemp("embedder")
