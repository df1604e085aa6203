from __future__ import annotations

import os

import pytest

from formcheck import privacy

NAMES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        # Set first, so that what the code sets is taken back too.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(privacy, "_before", {})


def test_every_secure_connection_ends_on_this_machine() -> None:
    privacy.shut_telemetry()
    assert {os.environ[name] for name in NAMES[:4]} == {"http://127.0.0.1:9"}


def test_no_exemption_leads_past_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*, googleapis.com,localhost,192.168.0.0/16,10.0.0.7,cam.local")
    privacy.shut_telemetry()
    assert os.environ["no_proxy"] == "localhost,192.168.0.0/16,10.0.0.7,cam.local"


def test_other_programs_get_what_the_user_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "*")
    before = dict(os.environ)
    privacy.shut_telemetry()
    privacy.shut_telemetry()
    assert os.environ["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert privacy.user_environment() == before
