"""The summary: finished text, independent of formats, composed from a plan and a pack."""
