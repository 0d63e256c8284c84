"""A network that a learner built, to take away: as code from scratch, in PyTorch, as its weights.

``by_hand`` writes it in NumPy, ``in_torch`` in PyTorch, from the ``lines`` that they share; what
is ``saved`` can be read back.

The code is for exactly one shape, one data set and one way to train, with nothing left open. The
NumPy script computes with matrices what :func:`core.descent.follow` computes node by node, so it
adds in another order: of a run that forgets small differences the numbers agree to about 12 digits,
of one that magnifies them (a learning rate that is too large, a relu at its corner) to fewer.

>>> from core.descent import Recipe
>>> from core.network import Architecture, Dataset, Layer
>>> line = Architecture(1, (Layer(1, "identity"),))
>>> start = {"w1_11": 1.0, "b1_1": 0.0, "w2_11": 1.0, "b2_1": 0.0}
>>> recipe = Recipe(Dataset([2.0], [4.0]), train=tuple(start), learning_rate=0.125, steps=1)
>>> code = numpy_script(line, start, recipe)
>>> print(code[code.index("# Training") :])
# Training: Gradient descent, 1 step
eta = 0.125  # the learning rate
weights = [W1, b1, W2, b2]  # the arrays themselves, not copies
for step in range(1):
    _, gradient = cost_and_gradient(x, y)
    for w, g in zip(weights, gradient):
        w -= eta * g
<BLANKLINE>
# The result, as in Chain Rule Lab
J, _ = cost_and_gradient(x, y)
print("J =", J)
for name, w in zip(["W1", "b1", "W2", "b2"], weights):
    print(name, "=", w.tolist())
<BLANKLINE>
"""

from core.scratch.by_hand import notebook, numpy_script
from core.scratch.in_torch import torch_script
from core.scratch.saved import Saved, read_network, weights_json

__all__ = ["Saved", "notebook", "numpy_script", "read_network", "torch_script", "weights_json"]
