"""The mathematics: computation graphs, their derivatives, and descent on them.

Nothing here knows a screen. Every formula stands once, as a SymPy expression on
a node of a :class:`core.graph.Graph`; LaTeX, NumPy and the browser's numbers
are made from it.
"""
