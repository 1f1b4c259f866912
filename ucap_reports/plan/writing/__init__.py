"""Writing of plan files: values and comments in canonical order and style."""
