"""Lost property: what was found, and what people ask for."""
