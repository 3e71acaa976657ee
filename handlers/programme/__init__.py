"""Finding an event: the programme by date, kind, words and access; an event's card; its dates."""
