"""What the guide does when it can no longer hear or be heard: it waits, and says so."""

from __future__ import annotations

from assistant.dialogue.content.events import DeviceBack, DeviceGone
from assistant.dialogue.run.pausing import end_halt, pause
from assistant.dialogue.state.state import Asked
from assistant.dialogue.state.turn import Turn
from assistant.phases import RUNNING, Phase


def device_changed(turn: Turn, event: DeviceGone | DeviceBack) -> None:
    """Pause the run when a device is lost, and say so; say what to do once it is back."""
    device = "microphone" if event.microphone else "loudspeaker"
    if isinstance(event, DeviceBack):
        turn.say(turn.replies.text(f"{device}_back"))
        if turn.state.phase is Phase.PAUSED:
            turn.say(turn.replies.text("say_resume"))
        return
    if turn.state.asked is Asked.EMERGENCY:
        pass  # which stays open until the person says that they are well
    elif turn.state.run.phase in RUNNING and turn.state.phase is not Phase.PAUSED:
        pause(turn)
    elif turn.state.phase is Phase.ASKING:
        end_halt(turn)  # nobody can answer now
        turn.hush()
    turn.say(turn.replies.text(f"{device}_gone"))
