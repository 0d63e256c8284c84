"""The mean cost over w1 and w2: as a map and as a surface, the point, and the way downhill."""

from core.surface import cost_surface
from ui import surface
from ui.scenes import show
from ui.session.learner import carried, current_data, current_network
from ui.words import guide, remarks

AXES = ("w1", "w2")

data = current_data()
graph = current_network(data=data)
here = carried(graph, data)
show(
    "cost_surface",
    graph,
    data=data,
    axes=AXES,
    surface=surface.on_stage(graph, here, data, AXES),
)
remarks.name_terrain(graph, data, AXES)
guide.end_of_page("cost_surface", graph, (cost_surface,), here)
