"""Plotly figures from core's results: pure functions, numbers in, a figure out.

- ``solid``: the cost as a surface in 3D
- ``rates``: the final cost by learning rate
- ``racing``: the costs of a race, step by step
- ``landscape``: the cost over a plane through all weights, and along a line
- ``spread``: small histograms of what flows through a network's layers
"""
