// Stands in for the bundle in synth tests.
