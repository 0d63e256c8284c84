"""The learner's session: its parameters and inputs, and where the learner stands in the course.

- ``parameters``: the one table of them, with what a link may say of each
- ``state``: their values now
- ``inputs``: the widgets that are made from the table, and the notices above them
- ``course``: which step or prompt is shown, and what of the numbers is the learner's own
- ``learner``: all of it as core's objects
"""
