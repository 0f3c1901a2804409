"""Mutation testing of sql/: `make mutants`."""
