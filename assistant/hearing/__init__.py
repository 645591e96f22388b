"""From sound to utterances: endpoints, recognisers, and the ear that joins them."""
