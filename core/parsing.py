"""Typed text to a computation graph; how it is done is in :mod:`core.formula`."""

from core.formula.grammar import LONGEST, MOST_STAGES
from core.formula.reading import parse
from core.formula.sentences import ParseError, domain_reason

__all__ = ["LONGEST", "MOST_STAGES", "ParseError", "domain_reason", "parse"]
