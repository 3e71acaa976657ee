"""Something happens: reported in ten seconds, paged until somebody takes it, handled, told, reviewed."""
