"""Several ways to do the same, timed side by side."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any


def find_torch() -> Any:
    """PyTorch, if it is installed; the lab does not need it."""
    try:
        import torch  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    torch.set_num_threads(1)  # at its fastest on so little data
    return torch


def interleaved(ways: Mapping[str, Callable[[], Any]], repeats: int) -> dict[str, list[float]]:
    """Milliseconds of each way in turn, so that a machine that slows down slows all alike."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(repeats + 1):
        for name, way in ways.items():
            started = perf_counter()
            way()
            if repeat:  # the first round only warms up
                times[name].append(1000 * (perf_counter() - started))
    return times


def ratio(times: Mapping[str, list[float]], above: str, below: str) -> float:
    """The median over the rounds of one way's time over the other's in the same round."""
    return median(a / b for a, b in zip(times[above], times[below], strict=True))


def said(times: Mapping[str, list[float]]) -> dict[str, Any]:
    note = ", ".join(f"{name} {median(ms):.3g} ms" for name, ms in times.items())
    return {"note": note, "details": {"milliseconds": times}}
