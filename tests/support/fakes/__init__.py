"""Payment providers on loopback that speak each one's wire format, signatures and all."""
