"""From sound to utterances: endpointing, the recognisers, and the ear that joins them."""
