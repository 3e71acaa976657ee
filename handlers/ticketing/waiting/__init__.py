"""The waiting list: joining, leaving, taking what is offered."""
