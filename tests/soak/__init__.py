"""A random mix of all public functions and people's own SQL, by many sessions at once: `make soak`."""
