"""Templates in Jinja: one strict, sandboxed environment that always escapes, for both formats."""
