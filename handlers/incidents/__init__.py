"""Incidents: reported in ten seconds, one card on every phone, what to do, a word to the audience, the timeline."""
