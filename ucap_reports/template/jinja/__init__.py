"""Jinja templates of both formats: a strict, sandboxed environment that always escapes."""
