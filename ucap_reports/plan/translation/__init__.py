"""Translations of plans: their passages, the PO files with the translated texts, and the plan in another language."""
