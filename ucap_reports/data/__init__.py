"""Tables that the product reads, and the scripts that make them from their public sources."""
