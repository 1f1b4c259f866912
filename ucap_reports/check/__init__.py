"""Warnings about valid plans, and everything that `ucap template` reports about packs."""
