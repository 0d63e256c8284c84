"""The descent studio: what can be looked at more closely, one view at a time.

- ``views``: which of them is chosen, and the learning rate's
- ``runners``: the race; ``starts``: where you start; ``samples``: your own data
- ``takeaway``: the descent as a table, programs, and an animation

Of the network that the learner builds: ``training`` in the background, and ``own``, what can be
looked at more closely.
"""
