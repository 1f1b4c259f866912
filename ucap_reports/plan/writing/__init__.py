"""Plan files as text: values and comments written in one canonical order and style."""
