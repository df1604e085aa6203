"""Fixtures that several test files use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from formcheck.estimate import models as model_store

# A busy machine is no failure, and the same tests run everywhere: examples are fixed.
settings.register_profile("formcheck", deadline=None, derandomize=True)
settings.load_profile("formcheck")


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The default pose model, where it is on this machine; tests fetch nothing."""
    if not model_store.is_present(model_store.default_name()):
        pytest.skip("the pose model is not here; run 'formcheck models fetch'")
    return model_store.load().path
