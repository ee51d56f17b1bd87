"""Talking with mail servers: what goes out and what is fetched. Knows no rows of the desk."""
