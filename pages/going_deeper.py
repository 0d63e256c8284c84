"""A chain of up to eight layers: every factor of the first weight's derivative, and its size."""

from core import depth
from core.graph import Graph
from core.network import DEEPEST
from ui.scenes import show
from ui.session import state
from ui.session.learner import current_network
from ui.words import guide, remarks

graph = current_network(state.value("depth"))
activations = dict.fromkeys((*depth.curved_activations(), state.value("activation")))
networks = {
    name: [current_network(layers, name) for layers in range(1, DEEPEST + 1)]
    for name in activations
}
show(
    "going_deeper",
    graph,
    beside=state.numbers(current_network(DEEPEST).inputs),
    chosen="w1",
    depths=depth.to_json(networks),
)
remarks.multiplications_saved(graph)
guide.end_of_page("going_deeper", graph, (Graph.chains, Graph.backward))
