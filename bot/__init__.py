"""The process: settings, wiring, transports, workers. Nobody imports it."""
