"""The moment as a page shows it: words and numbers made from the guide's state. Pure: no clock, no markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.dialogue.content.drawn import HELD, figure_of, gentle_figure_of
from assistant.dialogue.content.routine import Routine, Stretch
from assistant.dialogue.content.steps import FIRST_NUMBER, WORK, Kind, Step, repetitions_in
from assistant.dialogue.requests.expectations import answers
from assistant.dialogue.requests.suggestions import fitting, worded
from assistant.dialogue.snapshot import snapshot
from assistant.dialogue.state.preferences import index_after, is_gentle, own, steps_now
from assistant.dialogue.state.run import Span, SpanKind, Until
from assistant.dialogue.state.state import Asked, State
from assistant.dialogue.state.turn import Book, sentence
from assistant.page.buttons import MOST_PAIN, Button, buttons, question_shown
from assistant.phases import RUNNING, Phase
from assistant.understanding.moment import Moment

if TYPE_CHECKING:
    from assistant.language.page_words import PageWords


@dataclass(frozen=True)
class Ring:
    """What the clock counts, so that a page can count on by itself.

    kind: "left" (seconds to the end), "count" (repetitions), "up" (seconds so far of an open end) or "" for nothing.
    length and elapsed in seconds, at the time `now` of the state; runs: whether the clock is running. first, pace and
    times: when the first repetition is counted, how many seconds each takes, and how many there are.
    """

    kind: str = ""
    length: float = 0.0
    elapsed: float = 0.0
    runs: bool = False
    first: float = 0.0
    pace: float = 0.0
    times: int = 0


@dataclass(frozen=True)
class Figure:
    """What is to be drawn: a figure by its name (None if nothing is known of the stretch), the side ("" for both feet),
    whether it moves, as what is being done now does, and whether it stands still as it is held now."""

    drawn: str | None
    side: str
    moving: bool
    held: bool
    steps: tuple[str, ...]
    """How it is done, sentence by sentence: what the drawing says, in words."""


@dataclass(frozen=True)
class PageMoment:
    """All that a page shows of a state. `doing` is the key of what is done; `place` is side and round in words."""

    phase: str
    doing: str
    title: str
    number: int
    total: int
    side: str
    place: tuple[str, ...]
    ring: Ring
    next: str
    needs: str
    left: str
    done: float
    question: str
    asks: str
    """Which question that is, for the answer; "" for none."""
    scale: tuple[str, ...]
    """What the ends of the numbers to be pressed mean."""
    says: tuple[str, ...]
    buttons: tuple[Button, ...]
    figure: Figure | None


def page_moment(
    state: State, book: Book, fits: Moment, words: PageWords, texts: Mapping[str, str], name: str | None = None
) -> PageMoment:
    """The moment of a state.

    `fits` is the guide's own moment, `words` are the page's, `texts` the wordings of intents, `name` the wake word.
    """
    shown, routine, run = snapshot(state, book, texts, name), book.routine_of(state), state.run
    going = run.phase in RUNNING and 0 <= run.stretch < len(routine.stretches)
    step = steps_now(state, routine)[run.step] if going else None
    return PageMoment(
        phase=state.phase.value,
        doing=f"doing_{_doing(state)}",
        title=shown.title,
        number=shown.number,
        total=shown.total,
        side=step.side if step else "",
        place=_place(step, book, words) if step else (),
        ring=ring_of(state, step),
        next=_next(state, book, routine, words) if going else "",
        needs=_needs(routine.stretches[run.stretch], state, book)
        if going and state.phase is Phase.GETTING_READY
        else "",
        left=shown.left,
        done=round(shown.done, 3),
        question=state.halt.question if state.halt is not None and state.asked is not None else "",
        asks=question_shown(state),
        scale=_scale(state, words),
        says=worded(fitting(state, routine), texts, name, answers(state)),
        buttons=buttons(state, book, fits),
        figure=_figure(state, book, routine, step) if step else None,
    )


def _scale(state: State, words: PageWords) -> tuple[str, ...]:
    if state.asked is not Asked.NUMBER or state.halt is None:
        return ()
    what = "effort" if state.halt.kind == "effort" else "pain"
    return words.text(f"least_{what}", number=0), words.text(f"most_{what}", number=MOST_PAIN)


def _doing(state: State) -> str:
    """What is being done, more exactly than the phase says it."""
    run, phase = state.run, state.phase
    if phase is Phase.GETTING_READY or phase is Phase.RESTING:
        if run.leads_in:
            return "lead_in"
        if phase is Phase.GETTING_READY and run.span is None:
            return "told"
    by_kind = {
        SpanKind.HOLD: "hold", SpanKind.COUNT: "count", SpanKind.OPEN: "open", SpanKind.REST: "rest",
        SpanKind.CHANGE: "change", SpanKind.WAIT: "wait", SpanKind.READY: "ready", SpanKind.LEAD_IN: "lead_in",
    }  # fmt: skip
    if phase in RUNNING and run.span is not None:
        return by_kind[run.span.kind]
    return {
        Phase.IDLE: "idle", Phase.GETTING_READY: "ready", Phase.EXERCISING: "hold", Phase.RESTING: "rest",
        Phase.PAUSED: "paused", Phase.ASKING: "asking", Phase.FINISHED: "finished",
    }[phase]  # fmt: skip


def ring_of(state: State, step: Step | None) -> Ring:
    """What the clock counts; nothing under a question for which it stands still, as what is left is not the answer."""
    if state.phase is Phase.ASKING and not state.clock_runs:
        return Ring()
    span = state.run.span or state.run.broken
    if span is None or step is None or (span.kind is SpanKind.READY and span.until is Until.WORD):
        return Ring()
    runs = state.clock_runs
    if span.kind in (SpanKind.OPEN, SpanKind.WAIT):
        return Ring("up", 0.0, round(span.elapsed, 3), runs)
    if span.kind is SpanKind.COUNT:
        return Ring("count", span.length, round(span.elapsed, 3), runs, FIRST_NUMBER, step.pace, _times(span, step))
    return Ring("left", span.length, round(span.elapsed, 3), runs)


def _times(span: Span, step: Step) -> int:
    return repetitions_in(span.length, step)


def _place(step: Step, book: Book, words: PageWords) -> tuple[str, ...]:
    side = words.text("side", side=book.replies.text(step.side)) if step.side else ""
    rounds = words.text("round", round=step.round, rounds=step.rounds) if step.rounds > 1 else ""
    return tuple(sentence(each) for each in (side, rounds) if each)


def _next(state: State, book: Book, routine: Routine, words: PageWords) -> str:
    """What comes next: in this stretch, and after it."""
    run, steps = state.run, steps_now(state, routine)
    work = [step for step in steps[run.step :] if step.kind in WORK]
    first = ""
    if len(work) > 1 and work[1].side != work[0].side:
        first = words.text("next_side", side=book.replies.text(work[1].side))
    elif len(work) > 1:
        first = words.text("next_round", round=work[1].round, rounds=work[1].rounds)
    index = None if run.only else index_after(state, routine, run.stretch)
    if index is None:
        return sentence(words.text("then_end", first=first) if first else words.text("next_end"))
    after = _with_needs(routine.stretches[index], state, book, words)
    return sentence(words.text("then", first=first, later=after) if first else after)


def _with_needs(stretch: Stretch, state: State, book: Book, words: PageWords) -> str:
    things = _needs(stretch, state, book)
    if not things:
        return words.text("next_stretch", name=stretch.name)
    return words.text("next_needing", name=stretch.name, things=things)


def _needs(stretch: Stretch, state: State, book: Book) -> str:
    """What a stretch needs, as the person does it: the gentler way may need something else."""
    needs = own(stretch, state.memory).needs
    return book.replies.listing([thing.say for thing in needs if not thing.optional])


def _held(state: State, step: Step, drawn: str | None) -> bool:
    """Whether somebody is holding still now what the drawing's movement leads into."""
    span = state.run.span
    holding = span is not None and span.kind in (SpanKind.HOLD, SpanKind.OPEN)
    return drawn in HELD and state.phase is Phase.EXERCISING and step.kind in WORK and holding


def _moves(state: State, step: Step) -> bool:
    """Whether the drawing is to move: while it is explained or done, and not in a rest, a pause or a question."""
    return state.phase in (Phase.GETTING_READY, Phase.EXERCISING) and step.kind not in (Kind.REST, Kind.CHANGE)


def _figure(state: State, book: Book, routine: Routine, step: Step) -> Figure:
    stretch = own(routine.stretches[state.run.stretch], state.memory)
    gently = is_gentle(state.memory, stretch.id)
    gentler = stretch.gentler if gently and stretch.gently is None else ()
    drawn = gentle_figure_of(stretch) if gently else figure_of(stretch)
    told = (*stretch.position, *stretch.steady, *(gentler or stretch.how))
    steps = tuple(book.replies.sided(text, step.side) for text in told)
    held = _held(state, step, drawn)
    return Figure(drawn, step.side, _moves(state, step) and not held, held, steps)
