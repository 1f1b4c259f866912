"""The plan: what an author may write in a plan file, and how it is validated."""
