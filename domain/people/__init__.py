"""Persons, their accounts, the roles they hold."""
