"""The access log, for who may review it: by patient, by person, at random, flagged."""
