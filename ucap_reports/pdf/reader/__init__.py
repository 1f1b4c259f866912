"""Page XML read to typed elements: the state, then what flows, stands under one another, and stands in tables."""
