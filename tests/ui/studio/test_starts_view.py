"""The classes of the map of starts, and the progress that lets it be cancelled."""

from contextlib import ExitStack

import numpy as np
import pytest

from core.descent import Recipe
from core.descent.regimes import REGIMES
from core.descent.starts import StartsMap, starts_map
from core.network import Dataset, network
from ui.studio import starts


def found(steps: list[float], regime: list[int]) -> StartsMap:
    return StartsMap(np.zeros(len(steps)), np.array(steps), np.array(regime, np.int8), {})


def test_each_regime_is_a_class_with_a_look_of_its_own() -> None:
    codes, classes = starts.classified(found([1, 2, np.nan], [0, 3, -1]), "How it ends")
    assert codes.tolist() == [0, 3, -1]
    assert [look["name"] for look in classes] == [*REGIMES]
    for feature in ("color", "pattern"):
        assert len({look[feature] for look in classes}) == len(REGIMES)


def test_the_steps_to_rest_are_classes_up_to_the_longest() -> None:
    steps = [0, 10, 11, 100, 250, np.nan, np.nan]
    codes, classes = starts.classified(found(steps, [0, 0, 0, 0, 0, 1, -1]), "Steps to rest")
    names = [look["name"] for look in classes]
    within = [f"at most {bound} steps" for bound in (10, 30, 100, 300)]
    assert names == [*within, "not at rest"]
    assert codes.tolist() == [0, 0, 1, 2, 3, 4, -1]


def test_where_none_comes_to_rest_all_are_one_class() -> None:
    codes, classes = starts.classified(found([np.nan, np.nan], [1, 2]), "Steps to rest")
    assert {classes[code]["name"] for code in codes} == {"not at rest"}


class ChangedMeanwhile(BaseException):
    """What Streamlit raises from whatever is drawn when a run is to end."""


def test_a_change_meanwhile_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "PATIENCE", 0.0)
    monkeypatch.setattr(starts, "BEAT", 0.0)
    shares: list[float] = []

    def draw(share: float, words: str) -> None:
        shares.append(share)
        if share > 0.1:
            raise ChangedMeanwhile(words)

    grid = np.linspace(-10, 10, 61)
    data = Dataset(np.linspace(-1, 1, 9), np.linspace(0, 1, 9))
    with pytest.raises(ChangedMeanwhile, match="3721 starts"):
        starts_map(
            network(),
            {"b1": 0.0, "b2": 0.0},
            Recipe(data, steps=300, tolerance=1e-3),
            grids=(grid, grid),
            on_progress=starts.progress(draw),
        )
    assert 0.1 < shares[-1] < 0.2
    assert shares == sorted(shares)


def test_so_many_maps_are_made_at_once_and_the_others_wait_and_are_told() -> None:
    told: list[str] = []

    def draw(share: float, words: str) -> None:
        told.append(words)
        raise ChangedMeanwhile

    with ExitStack() as others:
        for _ in range(starts.AT_ONCE):
            others.enter_context(starts.turn(draw))
        with pytest.raises(ChangedMeanwhile), starts.turn(draw):
            pytest.fail("One map more is made.")
        assert told == ["Other learners' maps come first …"]
        with starts.turn(lambda *_: others.close()):
            assert len(told) == 1  # when the others are over, it has its turn
    with ExitStack() as all_of_them:
        for _ in range(starts.AT_ONCE):
            all_of_them.enter_context(starts.turn(draw))


def test_a_map_that_fails_gives_its_turn_back() -> None:
    for _ in range(starts.AT_ONCE + 1):
        with pytest.raises(ChangedMeanwhile), starts.turn(pytest.fail):
            raise ChangedMeanwhile


def test_quick_work_draws_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[float] = []
    now = 100.0
    monkeypatch.setattr(starts.time, "monotonic", lambda: now)
    tell = starts.progress(lambda share, words: drawn.append(share))
    for now, share in ((100.3, 0.3), (100.49, 0.5), (100.51, 0.6), (100.55, 0.7), (100.7, 0.8)):  # noqa: B007
        tell(share)
    assert drawn == [0.6, 0.8]
