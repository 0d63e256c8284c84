"""The cost around the weights on the screen: over two of them, over random directions, on a line.

A plane through a space of many weights shows a cut, and a path hardly ever lies in it: what is
said below each picture says so, with numbers.
"""

import math
from typing import NamedTuple

import numpy as np
import streamlit as st

from core.formatting import number, short
from core.functions import Array
from core.landscape import Directions, along, directions, plane, project
from core.surface import cost_surface, costs_at
from ui.figures.landscape import Ground, Line, Way, cost_along, cost_map, cost_solid, cut
from ui.figures.solid import sign
from ui.plot import plot
from ui.session import looks
from ui.studio.own.shown import Shown
from ui.theme import colors

AXES = ("own-across", "own-up")
"""The inputs that choose the weights of a map."""
WORK = 8e6
"""Numbers that a map may take to compute: some hundredths of a second."""
FEWEST, MOST = 21, 61
"""Places along each side of a map."""
REACH = 3.0
"""How far a map over two weights goes at least, to each side of where the network stands."""
WIDEST = 1e3
"""How far it goes at most."""
ON_PATH = 100
"""Points of a path that are drawn: more could not be seen."""
LINE = np.linspace(-0.5, 1.5, 161)
IN_PLANE = 0.01
"""The share of a distance that may lie out of a plane that is said to hold it."""


def show(network: Shown) -> None:
    """The choice of a cut through the landscape, and the cut."""
    look = looks.now()
    st.session_state["own-ground"] = looks.GROUNDS[look.ground]
    st.segmented_control(
        "What to look at",
        list(looks.GROUNDS.values()),
        key="own-ground",
        label_visibility="collapsed",
        required=True,
        on_change=_take_ground,
    )
    {"weights": two_weights, "directions": random_directions, "line": start_to_end}[look.ground](
        network
    )


def _take_ground() -> None:
    label = st.session_state["own-ground"]
    looks.change(ground=next(name for name, one in looks.GROUNDS.items() if one == label))


# ---- planes


class Cut(NamedTuple):
    """A plane through the landscape, with what is said of it."""

    key: str
    ground: Ground
    way: Way
    alt: str
    words: list[str]


def two_weights(network: Shown) -> None:
    first, second = _axes(network)
    if first == second:
        st.markdown("Choose two different ones: the map has a weight or a bias along each axis.")
        return
    centre = network.values
    spanned = Directions(
        *({n: float(n == axis) for n in network.names} for axis in (first, second))
    )
    at, cells = _coordinates(network, spanned), _cells(network)
    across, up = (
        _grid(centre[axis], centre[axis] + places, cells)
        for axis, places in zip((first, second), at, strict=True)
    )
    heights = cost_surface(network.graph, centre, network.data, (first, second), (across, up))
    titles = (sign(first), sign(second), network.cost)
    named = f"{network.written(first)} and {network.written(second)}"
    others = len(network.names) - 2
    words = [
        f"The cost {network.cost} over {named}, {network.when}. The other {others} weights and "
        "biases are held at their numbers on the screen."
    ]
    _draw(
        network,
        Cut(
            f"own-weights-{first}-{second}",
            Ground(titles, (across, up), heights),
            _way(network, spanned, at, (centre[first], centre[second])),
            f"The cost over {named} as a map.",
            words + _out_of_plane(network, spanned, at),
        ),
    )


def _axes(network: Shown) -> tuple[str, str]:
    """The two weights that are chosen: at first the opened one, and another."""
    opened = network.settings["opened"]
    first = opened if opened in network.names else network.names[0]
    second = next(name for name in network.names if name != first)
    chosen = looks.now().axes or (first, second)
    with st.container(horizontal=True):
        for label, key, wanted, usual in zip(
            ("across", "up"), AXES, chosen, (first, second), strict=True
        ):
            st.session_state[key] = wanted if wanted in network.names else usual
            st.selectbox(
                label,
                network.names,
                format_func=network.written,
                key=key,
                width=160,
                on_change=_take_axes,
            )
    across, up = (st.session_state[key] for key in AXES)
    return across, up


def _take_axes() -> None:
    if not all(key in st.session_state for key in AXES):
        return  # of a view that was closed, one may be forgotten
    looks.change(axes=tuple(st.session_state[key] for key in AXES))


def random_directions(network: Shown) -> None:
    seed = looks.now().seed
    centre = network.values
    spanned = directions(network.graph, centre, seed)
    st.button("Other directions", key="own-others", on_click=_other_directions)
    still = sum(not spanned.first[name] and not spanned.second[name] for name in network.names)
    if still == len(network.names):
        st.markdown(
            "All weights and biases are 0. A direction is made as long as the weights of each "
            "neuron are, so here it has no length: there is nothing to draw yet. Train the "
            "network, or draw its weights in another way."
        )
        return
    at, cells = _coordinates(network, spanned), _cells(network, whole=True)
    across, up = (_grid(0.0, places, cells, least=1.0) for places in at)
    heights = plane(network.graph, centre, network.data, spanned, (across, up))
    words = [
        f"The cost {network.cost} over two random directions through all {len(network.names)} "
        f"weights and biases, {network.when}; (0, 0) is the network on the screen. Along each "
        "direction a step of 1 is, for every neuron, as long as its own weights and bias together "
        "(Li et al., “Visualizing the loss landscape of neural nets”, 2018)."
    ]
    if still:
        words.append(
            f"{still} of them stay as they are: they belong to neurons whose weights and bias are "
            "all 0."
        )
    _draw(
        network,
        Cut(
            f"own-directions-{seed}",
            Ground(("direction 1", "direction 2", network.cost), (across, up), heights),
            _way(network, spanned, at, (0.0, 0.0)),
            "The cost over two random directions through all weights, as a map.",
            words + _out_of_plane(network, spanned, at),
        ),
    )


def _other_directions() -> None:
    looks.change(seed=(looks.now().seed + 1) % (looks.LAST_SEED + 1))


def _draw(network: Shown, shown: Cut) -> None:
    st.session_state["own-solid"] = looks.now().solid
    solid = st.toggle("In 3D", key="own-solid", on_change=_take_solid)
    left, right = st.columns([3, 2])
    top = cut(shown.ground, shown.way)
    with left:
        draw = cost_solid if solid else cost_map
        plot(
            draw(shown.ground, shown.way, colors()),
            key=f"{shown.key}-{'3d' if solid else 'map'}",
            alt=f"{shown.alt} The point is the network on the screen, the line the run.",
            height=420,
        )
    with right:
        for sentence in [*shown.words, *_heights(shown.ground, top, network.cost, solid)]:
            st.markdown(sentence)


def _take_solid() -> None:
    looks.change(solid=st.session_state["own-solid"])


def _heights(ground: Ground, top: float, cost: str, solid: bool) -> list[str]:
    """What the picture leaves out, and whether there is anything to see."""
    known = ground.heights[np.isfinite(ground.heights)]
    said = []
    if not known.size:
        return [f"Nowhere here has {cost} a finite number."]
    if np.ptp(known) <= 1e-12 * max(1.0, abs(float(known.max()))):
        said.append(f"It is level: everywhere here {cost} is {number(float(known[0]))}.")
    if math.isfinite(top):
        how = "the surface is cut off flat" if solid else "all has the brightest colour"
        said.append(f"It rises to {number(float(known.max()))}; above {number(top)} {how}.")
    if known.size < ground.heights.size:
        said.append(f"Where it is blank {cost} has no finite number.")
    return said


def _cells(network: Shown, whole: bool = False) -> int:
    """Places along a side, fewer the more each of them takes; ``whole``: all layers anew."""
    work = len(network.data) * len(network.names) * (3 if whole else 1)
    return int(min(MOST, max(FEWEST, math.sqrt(WORK / work)))) // 2 * 2 + 1


def _grid(middle: float, reached: Array, cells: int, least: float = REACH) -> Array:
    """Round where the network stands, and as far as the path has been."""
    low, high = middle - least, middle + least
    if reached.size:
        room = 0.1 * float(np.ptp(reached))
        low, high = min(low, reached.min() - room), max(high, reached.max() + room)
    return np.linspace(max(low, middle - WIDEST), min(high, middle + WIDEST), cells)


def _walked(network: Shown) -> Array:
    """The indices of the path's points that are drawn: both ends, and the step on the screen."""
    if network.path is None:
        return np.array([0])
    last = len(network.path) - 1
    even = np.linspace(0, last, min(ON_PATH, last + 1)).astype(int)
    return np.unique([*even, network.step])


def _coordinates(network: Shown, spanned: Directions) -> tuple[Array, Array]:
    """Where the path's points lie on a plane through the network on the screen."""
    if network.path is None:
        return np.zeros(1), np.zeros(1)
    return project(network.path, network.values, spanned)


def _way(
    network: Shown, spanned: Directions, at: tuple[Array, Array], middle: tuple[float, float]
) -> Way:
    """The path as it lies on the plane: its height there is the plane's, not its own."""
    picked = _walked(network)
    first, second = (places[picked] for places in at)
    centre = network.values
    points = {
        name: centre[name] + first * spanned.first[name] + second * spanned.second[name]
        for name in network.names
    }
    heights = costs_at(network.graph, points, network.data)
    here = int(np.searchsorted(picked, network.step))
    return Way(first + middle[0], second + middle[1], heights, here)


def _out_of_plane(network: Shown, spanned: Directions, at: tuple[Array, Array]) -> list[str]:
    """How far the run leaves the plane, by its end that is farther from the step on the screen."""
    path = network.path
    if path is None or len(path) == 1:
        return []
    centre = network.values
    away = {
        k: np.array([path.parameters[n][k] - centre[n] for n in network.names])
        for k in (0, len(path) - 1)
    }
    k = max(away, key=lambda end: float(np.linalg.norm(away[end])))
    inside = np.array(
        [at[0][k] * spanned.first[n] + at[1][k] * spanned.second[n] for n in network.names]
    )
    whole, out = (float(np.linalg.norm(part)) for part in (away[k], away[k] - inside))
    if whole == 0:
        return []
    end = "start" if k == 0 else "end"
    if out <= IN_PLANE * whole:
        return [f"The run's {end} lies in this plane, as good as exactly."]
    return [
        f"The run does not lie in this plane: its {end} is {number(whole)} away from the network "
        f"on the screen, and {number(out)} out of the plane. The line shows each step at the "
        "place of the plane nearest to it, where the cost is another one than the run's."
    ]


# ---- the line


def start_to_end(network: Shown) -> None:
    path = network.path
    if path is None:
        st.markdown(
            "Press **Train** first: then there is an end, and this is the cost on the straight "
            "line from the first weights to the last."
        )
        return
    start, end = path.at(0), path.at(len(path) - 1)
    way = np.array([end[name] - start[name] for name in network.names])
    distance = float(np.linalg.norm(way))
    if distance == 0:
        st.markdown("The run has not moved: its end is its start, so there is no line to draw.")
        return
    walked = np.array([path.parameters[name] - start[name] for name in network.names])
    shares = way @ walked / distance**2
    costs = along(network.graph, start, end, network.data, LINE)
    picked = _walked(network)
    here = int(np.searchsorted(picked, network.step))
    line = Line(LINE, costs, (shares[picked], path.cost[picked]), here)
    left, right = st.columns([3, 2])
    with left:
        plot(
            cost_along(line, colors(), network.cost),
            key="own-line",
            alt=f"The cost {network.cost} on the straight line from the start of the run to its "
            "end, and on the run.",
            height=380,
        )
    with right:
        st.markdown(
            f"The cost {network.cost} on the straight line from the first weights (0) to the last "
            "(1) and beyond (Goodfellow et al., “Qualitatively characterizing neural network "
            "optimization problems”, 2015)."
        )
        st.markdown(bumps(LINE, costs))
        length = float(np.linalg.norm(np.diff(walked), axis=0).sum())
        if length > 1.001 * distance:
            st.markdown(
                f"The run itself did not go straight: it is {short(length / distance)} times as "
                "long as the line. Each of its steps is drawn where the line is nearest to it."
            )
        else:
            st.markdown("The run itself went as good as straight.")


def bumps(shares: Array, costs: Array) -> str:
    """Whether the way from 0 to 1 only goes down, in a sentence.

    >>> part = np.array([0.0, 0.5, 1.0])
    >>> bumps(part, np.array([2.0, 1.0, 0.0]))
    'On the line the cost falls all the way from 2.000 to 0: there is no hill in between.'
    """
    between = (shares >= 0) & (shares <= 1)
    height, at = costs[between], shares[between]
    if not np.isfinite(height).all():
        return "On part of the line the cost has no finite number."
    first, last = float(height[0]), float(height[-1])
    slack = 1e-9 * max(1.0, float(np.abs(height).max()))
    steps = np.diff(height)
    if np.ptp(height) <= slack:
        return f"On the line the cost stays at {number(first)}."
    if (steps <= slack).all():
        return (
            f"On the line the cost falls all the way from {number(first)} to {number(last)}: "
            "there is no hill in between."
        )
    if (steps >= -slack).all():
        return f"On the line the cost rises all the way from {number(first)} to {number(last)}."
    top, bottom = int(np.argmax(height)), int(np.argmin(height))
    if 0 < top < len(height) - 1:
        return (
            f"On the line there is a hill: from {number(first)} the cost rises to "
            f"{number(float(height[top]))}, {100 * at[top]:.0f} % of the way, and at the end it is "
            f"{number(last)}."
        )
    return (
        f"On the line the cost goes up and down: from {number(first)} to {number(last)}, lowest "
        f"{100 * at[bottom]:.0f} % of the way, with {number(float(height[bottom]))}."
    )
