from __future__ import annotations

import math

import numpy as np
import pytest

from formcheck.core.measure.spine import BackWatch
from formcheck.core.measure.spine_range import OwnRange
from formcheck.errors import OutputError
from formcheck.io.back_profile import BackProfile, profile_path, read_profile, write_profile
from tests.support.backs import body_of, outline_of, read, taught


def test_the_next_session_measures_against_the_kept_neutral(tmp_path) -> None:
    watch = taught(outline_of(0.06))
    path = tmp_path / "new" / "back.json"
    write_profile(path, BackProfile(watch.neutrals, OwnRange(18.5, math.nan, 0.4)))

    kept = read_profile(path)
    next_watch = BackWatch()
    next_watch.adopt(kept.neutrals)
    arched = body_of(outline_of(0.1), time_s=0.1)
    # Still at the start: the kept neutral stands, or an arch would become the zero.
    reading = read(next_watch, arched, at_start=True)
    assert reading.lumbar_change_deg == pytest.approx(
        read(watch, arched).lumbar_change_deg, abs=0.1
    )
    assert kept.own_range is not None
    assert (kept.own_range.arch_deg, kept.own_range.noise_deg) == (18.5, 0.4)
    assert math.isnan(kept.own_range.tuck_deg)


def test_what_was_not_seen_stays_unknown(tmp_path) -> None:
    outline = outline_of()
    outline[3] = np.nan
    watch = taught(outline)
    path = tmp_path / "back.json"
    write_profile(path, BackProfile(watch.neutrals))
    (kept,) = read_profile(path).neutrals
    assert np.isnan(kept.outline[3])
    np.testing.assert_allclose(kept.trunk.shape, watch.neutrals[0].trunk.shape, atol=1e-5)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"schema": 2, "neutrals": []}', "\x00"])
def test_a_file_that_is_no_profile_is_an_empty_one(tmp_path, text) -> None:
    path = tmp_path / "back.json"
    path.write_text(text)
    assert read_profile(path) == BackProfile()
    assert read_profile(tmp_path / "none.json") == BackProfile()


def test_every_person_has_a_file_of_their_own(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("FORMCHECK_HISTORY", str(tmp_path / "history.sqlite"))
    one, other = profile_path("Anna"), profile_path("../Anna")
    assert one != other
    assert one.parent == other.parent == tmp_path / "backs"


def test_a_folder_that_cannot_be_made_is_told(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        write_profile(tmp_path / "file" / "back.json", BackProfile())
    assert str(caught.value) == f"{tmp_path / 'file'} cannot be made; choose another folder"
