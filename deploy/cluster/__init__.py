"""Replicas of the lab behind a balancer on this machine, and a trial of what they bear."""
