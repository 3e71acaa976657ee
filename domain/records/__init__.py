"""What is kept about people and what happened: audit, tasks, export and erasure."""
