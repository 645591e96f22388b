"""From samples to utterances: voice activity, endpoints, recognisers, and the ear that joins them."""
