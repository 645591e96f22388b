"""What happens to sound before the recogniser hears it: echo cancelling, the VAD, barge-in."""
