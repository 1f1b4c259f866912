"""What a designer should know about a Word template, for `ucap template check`."""
