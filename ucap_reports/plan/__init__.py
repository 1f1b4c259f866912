"""The plan: the fields of a plan file, their validation, and the names that plans use."""
