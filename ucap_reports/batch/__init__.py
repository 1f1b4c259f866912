"""Builds of many plans: only what changed is built, with workers if there is enough work."""
