"""Changes of how tickets work here, all by an administrator, all on record."""
