"""The summary: finished text that knows no format, and how a plan and a pack become one."""
