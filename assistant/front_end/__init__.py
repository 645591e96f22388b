"""What happens to sound before anybody listens to it: echo cancelling, voice activity, barge-in."""
