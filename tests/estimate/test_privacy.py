from __future__ import annotations

import os
import socket

import pytest

from formcheck.commands import doctor
from formcheck.errors import SettingError
from formcheck.estimate import privacy

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


def test_whether_it_is_shut_is_found_by_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not privacy.telemetry_is_shut()
    privacy.shut_telemetry()
    assert privacy.telemetry_is_shut()
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        monkeypatch.setattr(privacy, "_NOBODY", somebody.getsockname())
        assert not privacy.telemetry_is_shut()


def test_the_doctor_tells() -> None:
    assert doctor._privacy() == (
        "the pose library's usage reports are shut off; nothing of you leaves this computer"
    )


def test_the_doctor_tells_where_somebody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        monkeypatch.setattr(privacy, "_NOBODY", somebody.getsockname())
        with pytest.raises(SettingError, match="a program listens on port 9 of this computer"):
            doctor._privacy()
