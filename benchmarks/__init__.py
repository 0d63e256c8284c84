"""How fast the lab is, measured on one machine in one run; see ``python -m benchmarks --help``."""
