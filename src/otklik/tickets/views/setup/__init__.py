"""The administrator's pages: flows, types, questions, categories, priorities, and their history."""
