"""The page that lists all published summaries, for readers who have a browser and nothing else."""
