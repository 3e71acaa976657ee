"""What every area's handlers share: screens, texts, callbacks, the talk with one person."""
