"""The evening: the run and its report, reminders, the living ticket card, gates and tags."""
