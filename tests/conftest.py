"""Fixtures that several test files use."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck import model_store


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The default pose model, where it is on this machine; tests fetch nothing."""
    if not model_store.is_present(model_store.default_name()):
        pytest.skip("the pose model is not here; run 'formcheck models fetch'")
    return model_store.load().path
