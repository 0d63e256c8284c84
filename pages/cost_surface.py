"""The mean cost over w1 and w2: as a map and as a surface, the point, and the way downhill."""

from core.surface import cost_surface
from ui import figures, guide
from ui.plot import plot
from ui.session import (
    carried,
    cost_name,
    current_data,
    current_network,
    grids,
    show,
    standing,
)
from ui.theme import colors

AXES = ("w1", "w2")

data = current_data()
graph = current_network(data=data)
here = carried(graph, data)
show("cost_surface", graph, data=data, axes=AXES)
guide.name_terrain(graph, data, AXES)

costs = cost_surface(graph, here, data, AXES, grids(AXES))
point = standing(graph, here, data, AXES)
plot(
    figures.cost_surface(AXES, grids(AXES), costs, point, colors(), cost=cost_name(data)),
    key="plot-surface",
    alt=f"The cost {cost_name(data)} as a surface over w1 and w2, with the point where you stand.",
    height=480,
)

guide.more("cost_surface", graph, (cost_surface,), here)
