"""Members' prices: tiers and memberships for managers, the link and the price for members."""
