"""Regular expressions that few commands need."""
