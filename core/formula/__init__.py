"""Typed text to a graph: its grammar, its reading, and sentences for what is wrong with it.

The way in is :mod:`core.parsing`.
"""
