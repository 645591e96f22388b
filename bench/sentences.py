"""What the synthetic people of the bench say: commands with their meanings, and talk that means nothing.

Written for measuring, independently of the templates in intents/, so that a wording nobody thought of shows as a miss.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A sentence to be said, and the intent and stretch that it must be understood as (intent None: nothing)."""

    text: str
    intent: str | None
    stretch: str | None = None


def _all(intent: str, *texts: str) -> tuple[Said, ...]:
    return tuple(Said(text, intent) for text in texts)


def _stretch(stretch: str, *texts: str, intent: str = "start_stretch") -> tuple[Said, ...]:
    return tuple(Said(text, intent, stretch) for text in texts)


COMMANDS: tuple[Said, ...] = (
    *_all("start_routine", "start", "start the routine", "let's begin", "start my stretches", "let's get started"),
    *_stretch("toe_walking", "start toe walking", "let's do the toe walking", "do number one"),
    *_stretch("toe_stretching", "start toe stretching", "do the toe stretching", "go to number two"),
    *_stretch("ankle_circles", "start ankle circles", "do the ankle circles", "go to number three"),
    *_stretch("heel_stretches", "start heel stretches", "go to number four", "do the heel stretches please"),
    *_stretch("foot_massage", "start foot massage", "let's do the tennis ball one", "go to number five"),
    *_stretch("resistance_band_stretches", "start resistance band stretches", "do the resistance band one"),
    *_stretch("upward_stretches", "start upward stretches", "do the towel one", "go to number seven"),
    *_stretch("toe_pencil_pickups", "start toe pencil pickups", "let's do the pencil pickups", "go to number eight"),
    *_stretch("heel_raises", "start heel raises", "do the heel raises", "go to number nine"),
    *_stretch("toe_pressing", "start toe pressing", "let's do toe pressing", "go to number ten"),
    *_stretch("toe_walking", "just the toe walking", intent="only_stretch"),
    *_stretch("heel_raises", "only heel raises today", intent="only_stretch"),
    *_stretch("ankle_circles", "just the ankle circles", intent="only_stretch"),
    *_stretch("foot_massage", "only the foot massage", intent="only_stretch"),
    *_all("pause", "pause", "hold on", "wait", "wait a moment", "one second", "could you pause please"),
    *_all("resume", "resume", "continue", "carry on", "go on", "I'm back"),
    *_all("next", "next", "skip", "skip this one", "next stretch", "move on", "next round", "skip this side"),
    *_all("previous", "back", "go back", "previous", "the one before"),
    *_all("restart", "again", "start this one over", "from the top"),
    *_all("say_again", "what", "say that again", "pardon", "repeat that"),
    *_all("ready", "ready", "I'm ready", "okay go"),
    *_all("done", "done", "finished"),
    *_all("let_go", "I let go", "dropped it"),
    *_all("whats_next", "what's next", "what comes next", "what's after this"),
    *_all("where_am_i", "which stretch is this", "where are we", "what number is this", "how far am I"),
    *_all("how_long", "how long is left", "how much longer", "how many more"),
    *_all("how_to", "how do I do this", "explain"),
    *_stretch("heel_stretches", "how do heel stretches work", intent="how_to"),
    *_all("why", "why am I doing this", "what is it good for"),
    *_all("needs", "what do I need", "do I need a towel"),
    *_all("list", "what stretches are there", "list the stretches"),
    *_all("hurts", "ouch", "that hurts", "cramp", "stop it hurts"),
    *_all("stop", "stop", "finish", "that's enough", "goodbye"),
    *_all("yes", "yes", "yeah"),
    *_all("no", "no", "nope"),
    *_all("help", "help", "what can I say"),
    *_all("set_hold", "hold for forty seconds", "make it twenty seconds", "longer", "shorter"),
    *_all("leave_out", "no towel today"),
    *_stretch("toe_pencil_pickups", "never do the pencil pickups", intent="leave_out"),
    *_stretch("upward_stretches", "bring back the towel one", intent="put_back"),
    *_all("slower", "talk slower"),
    *_all("faster", "faster please"),
    *_all("louder", "louder"),
    *_all("quieter", "turn it down"),
    *_all("volume", "volume six"),
    *_all("quiet", "fewer words", "just the sounds"),
    *_all("talk", "talk me through it"),
    *_all("progress", "how am I doing", "how many days in a row", "did I do it today"),
    *_all("remind", "remind me at half past seven", "no more reminders"),
    *_all("later", "later", "ask me again later"),
    *_all("not_today", "not today"),
    *_all("undo", "no not that", "I didn't say that", "undo"),
)
"""Every intent and every stretch, in the words of commands and daily life."""

PHRASED: tuple[str, ...] = ("pause", "skip this one", "start the ankle circles", "tell me what comes next", "stop")
"""Commands to be embedded in other words."""

CHATTER: tuple[str, ...] = (
    "the train to the coast leaves at a quarter past six",
    "did you remember to water the tomatoes",
    "my sister bought a green bicycle",
    "I think it will rain this afternoon",
    "can you pass me the salt",
    "the dog is asleep under the table",
    "we should call your mother tonight",
    "there is a football match on channel two",
    "he said the price of butter went up again",
    "what did the doctor tell you",
    "put the kettle on",
    "I left my keys in the car",
    "the children are playing in the garden",
    "are you coming to dinner on friday",
    "she works at the library in town",
    "could you close the window",
    "that was a lovely film",
    "the neighbours are painting their fence",
    "how was your day at work",
    "I can't find my glasses anywhere",
    "turn left at the church",
    "it's a beautiful morning",
    "we ran out of milk",
    "the meeting was moved to thursday",
    "did anyone feed the cat",
    "I would like a large coffee with cream",
    "two tickets for the evening show",
    "the weather in spain is nicer",
    "good evening and welcome to the news",
    "police are looking for a white van",
    "shares fell by three percent today",
    "let me show you the pictures",
    "I have no idea",
    "maybe tomorrow",
    "thank you very much",
    "hello",
    "you're welcome",
    "come here",
    "who is at the door",
    "sit down",
    "be quiet",
    "what a mess",
    "oh really",
    "that's funny",
    "look at this",
)
"""Talk that is meant for somebody else: another person, the radio, a shop."""
