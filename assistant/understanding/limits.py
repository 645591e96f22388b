"""The numbers that depend on what the ear hears and how well: found by measuring, all in one place.

`python -m bench.fitting` writes those in its list FITTED anew and leaves the others as they are. As they stand, MEANT
and MEANT_LEAST are as it wrote them (`--tries 0`), and the rest was set by hand after its searches. Scores are 0 to 1;
nats are natural logarithms of odds. What was tried and what came out is in docs/tuning.md.
"""

from __future__ import annotations

# Evidence: `assistant.understanding.scoring`

POWER = 1.5
"""To what power the ear's probabilities are raised: above 1 makes it surer than it says. It learned in noise, and in
quiet says too little for what it hears best."""

ALIKE = 0.1
"""The share of each sound's probability that goes to sounds like it: what the ear is sure of, it may still mishear."""

SHARPNESS = 6.0
"""How fast sounds get less alike: nats against taking a sound for one that has nothing in common with it."""

FLOOR = 3e-3
"""The share of probability that goes to all sounds alike, so that one slip of the recogniser doesn't rule a phrase
out."""

SILENT = 0.99
"""Frames in which the blank is at least this probable carry no information."""

LENGTH_POWER = 0.4
"""Before phrases are compared, their nats are divided by their length to this power: 0 would be right if the sounds of
a phrase were independent of each other, 1 if one slip implied the next."""

# From when on a match counts: `assistant.understanding.thresholds`, and by sound alone `assistant.understanding.odds`

SHORT, LONG = 3, 10
"""Sounds in a phrase: up to SHORT the strict threshold applies, from LONG on the lenient one, in between an
interpolation."""

MEANT = (-0.1012, -1.3177, -0.1759, -1.9876, 0.4161, 1.6263, -0.1606, 0.2088, 0.1415, 0.6614, -1.8208, -0.8266, 1.7143)
"""For phonemes with posteriors (the built-in ear alone), the weights that make up the log odds that a phrase was meant:
for the nats against it, nats a sound, the sounds and their logarithm, its own sounds and theirs, frames a sound, the
nats by which other commands and decoys are behind, those by which a decoy is before it, fillers, and its cost; the last
is what is left without any. See `assistant.understanding.odds`."""

MEANT_LEAST = -0.966
"""The least log odds of what is urgent, fits the moment, or was said after the guide's name."""

MEANT_UNEXPECTED = 0.5
"""How much more everything else needs: where nobody waits for it, it is mostly talk that means nothing."""

WORDS = (0.6366, 0.3992, 4.1661, 0.7201, -10.0243)
"""For words found in the posteriors by a search, the weights that make up the log odds that they were meant: for the
log odds of their meaning and of the words themselves, the logarithm of how many there are, and whether it fits the
moment; the last is what is left without any. See `assistant.understanding.odds`."""

WORDS_LEAST = 0.343
"""The least log odds for it to count."""

WORDS_ASK = -0.657
"""The log odds from which the guide asks, if it fits the moment."""

DISTRESS_WORDS = (0.8199, 0.4075, 4.4268, -0.0189, -8.5594)
"""The weights of the same for words of distress."""

DISTRESS_WORDS_LEAST = -0.1
"""The least log odds for them to count."""

DISTRESS_WORDS_ASK = -1.058
"""The log odds from which the guide asks whether it hurts."""

PHONEMES = (0.8, 0.65)
"""For phonemes without posteriors: the least score of a short and of a long phrase, as in all that follow."""

TEXT = (0.9, 0.8)
"""For text without a second opinion: typed."""

CHECKED = (0.6, 0.5)
"""For text from a closed grammar, checked by free decoding."""

AGREED = (0.66, 0.64)
"""For text from a closed grammar, checked by another recogniser's posteriors: little, because both would have to err in
the same way."""

CONTRADICTED = 0.07
"""How much higher a score posteriors need if a closed grammar found none of its phrases in the same sound."""

MARGIN = 0.16
"""Nats by which the nearest meaning must be better than any other."""

OPPOSITE_MARGIN = 1.7
"""The same if the other meaning is the opposite. Not for urgent intents: stopping by mistake does less harm."""

HALTING_MARGIN = 4.0
"""Nats by which what goes on must be better, by its sound, than an urgent command with the opposite effect, or that one
was said: a "start" that is meant leads "stop" by more. What has fewer sounds than SHORT ("bye") comes near to much."""

DECOY_MARGIN = 2.9
"""The same if the other phrase is a decoy, its handicap included: a decoy may fit better by at most the difference. By
sound alone it says only when the guide may ask: what counts is weighed in MEANT, where pain in a run has decoys further
behind by what this is above MARGIN."""

SURE_SCORE = 0.75
"""From this score on, and with SURE_MARGIN, it could hardly have been anything else."""

SURE_MARGIN = 4.0
"""Nats by which the next meaning is behind what could hardly have been anything else."""

WARY_RISE = 0.04
"""How much higher a score anything but urgent needs by its sound while the guide asks about pain: "ow" is near "no"."""

ASK_BAND = 0.04
"""How far below the threshold a score may be for the guide to ask."""

ASK_SOUNDS = 4
"""Sounds that a phrase must have for the guide to ask: the shortest ones come near to anything."""

DECOY_HANDICAP = 5.3
"""Nats by which a decoy must be better than a command to win: people who talk to a guide mostly mean it."""

FILLER_COST = 4.7
"""Nats against taking part of what was heard for fillers, so that a whole phrase is preferred."""

EXPECTED_BONUS = 0.7
"""Nats of lead for a command that fits the moment: twice as probable as one that doesn't."""

GROWN_COST = 1.5
"""Nats against a sentence of the corpus, so that where a template's is as near, that one is taken. The phrase book
holds it: `assistant.language.growth`."""

# Words of distress anywhere in what was heard: `assistant.understanding.spotter`

SPOT_SURE = 1.4
"""Nats that a sound of a spotted phrase may cost on average, to be sure."""

SPOT_ASK = 2.2
"""The same, to be worth a question."""

SPOT_SHORT = 4
"""Phrases of up to so many sounds come near to much: they are never sure."""

SPOT_SHORT_ASK = 0.8
"""Nats that a sound of such a short phrase may cost, to be worth a question; at most SPOT_ASK."""

RIVAL_LONGER, RIVAL_SHORTER = 0.5, 2.0
"""Nats that a rival may cost more for each sound that it is longer than the phrase, and must cost less for each sound
that it is shorter, to be what was said."""

# Names at the beginning of what was heard: `assistant.understanding.wake_word`

NAME_LIMIT = 2.75
"""Nats that a sound of a name may cost on average, including fillers before it. A higher limit lets commands without
the wake word pass."""

NAME_NEARLY = 1.5
"""How many times NAME_LIMIT a name may be away, wherever it begins, to be looked for at the start."""

SHORT_NAME, SHORT_NAME_COST = 4, 3.0
"""Nats against a name of up to so many sounds, where a command may have been said without one: "sorry, next" is said
more often than "Siri, next"."""

FILLER_CREDIT = 2.0
"""Nats that each sound of a filler before the wake word may cost for free: "hey coach" is said in one breath. With much
more, commands without the wake word come too near."""
