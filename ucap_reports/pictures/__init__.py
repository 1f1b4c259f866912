"""Pictures of plans and packs: the limits for decoding them, and what documents contain of them."""
