"""One row an intent: no second list anywhere, and one more takes a row, a handler, its sentences and its replies."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.dialogue.guide import Guide
from assistant.dialogue.requests.asked import AFTER_REMINDER, ANSWERS
from assistant.dialogue.requests.commands import HANDLERS
from assistant.dialogue.state.run import Run
from assistant.dialogue.state.state import Asked, Halt, State
from assistant.intent import Lookahead
from assistant.intents import INTENTS, names_of
from assistant.phases import Phase, Situation
from tests.stage import BOOK

ROOT = Path(__file__).parent.parent

# No second list

TABLES = {
    ("assistant.dialogue.requests.commands", "HANDLERS"): "what each intent does: functions, which a row can't know of",
    ("assistant.dialogue.requests.asked", "ANSWERS"): "what each answer to each question does: functions",
    ("assistant.dialogue.requests.asked", "AFTER_OFFER"): "what each answer to the offer of reminders does: functions",
    ("assistant.dialogue.requests.confirmation", "_ANSWERS"): "what answers a doubt: functions",
    ("assistant.dialogue.requests.suggestions", "_BY_PHASE"): "three to show in each phase, in an order of their own",
    ("assistant.dialogue.requests.suggestions", "_BY_QUESTION"): "three to show at each question",
    ("assistant.dialogue.requests.suggestions", "_GO_ON"): "three to show where a run can be gone on with",
    ("assistant.dialogue.requests.suggestions", "_BROKEN_OFF"): "three to show after a run that was broken off",
    ("assistant.dialogue.requests.suggestions", "_STARTING"): "three to show in a lead-in",
    ("assistant.dialogue.requests.suggestions", "_OPEN"): "three to show in an open-ended hold",
    ("assistant.dialogue.requests.suggestions", "_DOUBT"): "three to show where a command may have been meant",
    ("assistant.dialogue.requests.suggestions", "_REMINDED"): "three to show just after a reminder",
    ("assistant.page.buttons", "_ANSWERS"): "buttons for each question, in an order of their own",
    ("assistant.page.buttons", "_MORE_IN_RUN"): "buttons, in an order of their own",
    ("assistant.page.buttons", "_MORE_ALWAYS"): "buttons, in an order of their own",
    ("assistant.page.buttons", "_TO_A_DOUBT"): "buttons for a doubt",
    ("assistant.page.buttons", "_main"): "the large buttons of each phase",
    ("assistant.page.buttons", "_PRESSED_ELSEWHERE"): "what is pressed beside a stretch or a routine",
    ("assistant.page.buttons", "_SET"): "what is pressed on the page of the settings",
    ("assistant.page.buttons", "PRESSED_ON"): "the page that something is pressed on",
    ("assistant.page.buttons", "PRESSABLE"): "all of these together",
    ("assistant.page.now", "ACCESS_KEYS"): "keys of the keyboard",
    ("assistant.page.server", "_KEYS"): "where the words for a button have another key",
    ("assistant.wyoming.satellites", "TOLD_WHOLE"): "what is answered with all of what was being said",
    ("assistant.understanding.interpreter", "NEVER_OVERRULE"): "what no words of distress give way to",
}
"""Tables of intents beside the rows, and why they are no columns."""

OTHER_WORDS = {
    ("assistant.dialogue.content.reply_fields", "FIELDS"): "replies, named after what they answer",
    ("assistant.audio.cues", "_NOTES"): "sounds",
    ("assistant.language.page_words", "FIELDS"): "texts of the page, some named after what they are about",
    ("assistant.page.now", "regions"): "parts of the page",
    ("assistant.rooms.told", "state_told"): "keys of a state as JSON",
    ("assistant.rooms.told", "moment_told"): "keys of a moment as JSON",
    ("assistant.cli.routine", "_plain"): "keys of a stretch as JSON",
    ("assistant.cli.wyoming", "OF_A_SATELLITE"): "settings",
    ("assistant.settings.kinds", "Switch"): "what a settings file may have for on and off",
}
"""Where the words are names of something else."""


def lists_of_intents(source: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Each place in a module, by the name of the statement it is in, that lists two intents or more."""
    for statement in ast.parse(source).body:
        for node in ast.walk(statement):
            names = frozenset(_texts(node)) & frozenset(INTENTS)
            if len(names) > 1:
                yield _name(statement), names


def _texts(node: ast.AST) -> Iterator[str]:
    """The texts that stand side by side in a collection, a union of some, a pattern, or a chain of comparisons."""
    if isinstance(node, ast.Constant):
        yield from [node.value] if isinstance(node.value, str) else []
    elif isinstance(node, ast.Set | ast.List | ast.Tuple):
        yield from (each.value for each in node.elts if isinstance(each, ast.Constant) and isinstance(each.value, str))
    elif isinstance(node, ast.Dict):
        keys = [each for each in node.keys if isinstance(each, ast.Constant)]
        yield from (each.value for each in keys if isinstance(each.value, str))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from (*_texts(node.left), *_texts(node.right))
    elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        yield from (text for each in node.values for text in _texts(each))
    elif isinstance(node, ast.Match):
        yield from (text for case in node.cases for text in _texts(case.pattern))
    elif isinstance(node, ast.MatchOr):
        yield from (text for each in node.patterns for text in _texts(each))
    elif isinstance(node, ast.Compare):
        yield from (text for each in node.comparators for text in _texts(each))
    elif isinstance(node, ast.MatchValue):
        yield from _texts(node.value)
    elif isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.func, ast.Name):
        yield from _texts(node.args[0]) if node.func.id in ("frozenset", "set") else []


def _name(statement: ast.stmt) -> str:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return statement.name
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", statement)]
    return ast.unparse(targets[0])


@pytest.mark.parametrize(
    "source",
    [
        'A = {"pause", "stop"}',
        'A = ("pause", "other", "stop")',
        'A = ["pause", "stop"]',
        'A = {"pause": 1, "stop": 2}',
        'A = frozenset({"pause"}) | {"stop"}',
        'A = x == "pause" or x == "stop"',
        'def A():\n    return x in ("pause", "stop")',
        'def A():\n    match x:\n        case "pause" | "stop":\n            pass',
        'def A():\n    match x:\n        case "pause":\n            pass\n        case "stop":\n            pass',
        'A: dict[str, int] = B({"b": {"pause": 1, "stop": 2}})',
    ],
)
def test_a_list_of_intents_is_found(source):
    assert set(lists_of_intents(source)) == {("A", frozenset({"pause", "stop"}))}


def test_one_intent_alone_is_no_list():
    assert list(lists_of_intents('A = x == "pause" or y == "other"\nB = {"pause": "stop"}')) == []


def test_no_module_has_a_second_list_of_intents():
    found: dict[tuple[str, str], set[str]] = {}
    for path in sorted((ROOT / "assistant").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if module != "assistant.intents":
            for name, intents in lists_of_intents(path.read_text(encoding="utf-8")):
                found.setdefault((module, name), set()).update(intents)
    allowed = TABLES | OTHER_WORDS
    assert {place: intents for place, intents in found.items() if place not in allowed} == {}
    assert set(allowed) - set(found) == set(), "these are gone: take them off the list"


# The table


def test_each_intent_has_a_handler_but_those_that_only_answer():
    another_in_phases = names_of(
        lambda intent: all(intent.means.get(each, intent.name) != intent.name for each in Phase)
    )
    always_another = {name for name in another_in_phases if name not in INTENTS[name].means.values()}
    assert set(HANDLERS) == set(INTENTS) - names_of(lambda intent: intent.only_as_answer) - always_another


def test_every_answer_to_a_question_is_an_intent_and_what_only_answers_answers_what_it_is_waited_for_in():
    assert set(ANSWERS) == set(Asked)
    for asked, answers in ANSWERS.items():
        asking = State(run=Run(Phase.EXERCISING, stretch=0), halt=Halt(0.0, asked=asked))
        waited_for = Guide(BOOK).moment(asking).answers
        assert set(answers) <= set(INTENTS)
        waited_for -= {name for name in waited_for if INTENTS[name].means}  # what it means is looked up
        assert names_of(lambda intent: intent.only_as_answer) & waited_for <= set(answers)


def test_what_is_waited_for_while_the_guide_asks_answers_each_question():
    awaited = names_of(lambda intent: Phase.ASKING in intent.answers_in)
    assert len(awaited) > 2
    for answers in ANSWERS.values():
        assert awaited - {"not_today", "never_mind"} <= set(answers)  # which mean another answer, whatever is asked
    assert names_of(lambda intent: Situation.PAIN in intent.answers_in) <= set(ANSWERS[Asked.HURTS])
    assert names_of(lambda intent: Situation.EMERGENCY in intent.answers_in) <= set(ANSWERS[Asked.EMERGENCY])
    assert names_of(lambda intent: Situation.ALL_RIGHT in intent.answers_in) <= set(ANSWERS[Asked.ALL_RIGHT])
    assert names_of(lambda intent: Situation.PAIN_BEFORE in intent.expected_in) <= set(ANSWERS[Asked.HURT_BEFORE])
    assert names_of(lambda intent: Situation.NUMBER in intent.expected_in) <= set(ANSWERS[Asked.NUMBER])
    in_open_hold = [each for each in INTENTS.values() if Situation.OPEN_HOLD in each.expected_in]
    meant = {each.means.get(Situation.OPEN_HOLD, each.name) for each in in_open_hold}
    assert meant <= set(ANSWERS[Asked.STILL_HOLDING])


def test_what_an_intent_means_somewhere_is_a_command_or_an_answer():
    meant = {meaning for intent in INTENTS.values() for meaning in intent.means.values()} - {""}
    assert meant <= set(INTENTS)
    after_reminder = {intent.means.get(Situation.REMINDED, "") for intent in INTENTS.values()} - {""}
    assert after_reminder
    assert after_reminder <= set(HANDLERS) | set(AFTER_REMINDER)


@pytest.mark.parametrize("name", INTENTS)
def test_opposites_name_each_other(name):
    for other in INTENTS[name].opposes:
        assert other != name
        assert name in INTENTS[other].opposes


@pytest.mark.parametrize("name", INTENTS)
def test_the_slots_that_a_row_speaks_of_are_its_own(name):
    intent = INTENTS[name]
    assert intent.required | intent.one_of | set(intent.beside) | set(intent.beside.values()) <= set(intent.slots)


def test_what_is_tried_without_slots_is_tried_the_likeliest_first():
    tried = [
        name
        for name, intent in INTENTS.items()
        if intent.lookahead is not Lookahead.NOTHING and not intent.required | intent.one_of
    ]
    likely = "ready next resume done let_go yes no wait better keep_going skip_talk start_routine"
    asking = "how_long whats_next where_am_i how_to why needs dose which_side total_time help say_again breathing tired"
    rest = "previous restart stop hurts pause list slower faster louder quieter talk undo easier"
    assert tried == [*likely.split(), *asking.split(), *rest.split()]


# One more intent

TIP, KEY = "Breathe out as you stretch.", "[tip]"

ADDED = {
    "assistant/intents.py": ('    Intent("help"', '    Intent("tip", expected_in=RUNNING),\n    Intent("help"'),
    "assistant/dialogue/requests/commands.py": (
        '    "help": ',
        '    "tip": lambda turn, heard: turn.answer(turn.replies.text("tip")),\n    "help": ',
    ),
    "intents/en/sentences/explaining.yaml": (
        "intents:\n",
        'intents:\n  tip:\n    data:\n      - sentences: ["give me [a] tip"]\n',
    ),
    "intents/en/replies.yaml": ("\n  list: ", f"\n  tip: {TIP}\n  list: "),
    "assistant/dialogue/content/reply_fields.py": ('        "list": ', '        "tip": "",\n        "list": '),
}
"""A row, a handler, a sentence, and a reply with what it has to fill in."""

TRIED = """
import json
from assistant.dialogue.lookahead import upcoming
from assistant.dialogue.requests.expectations import expected
from assistant.phases import Phase
from tests.stage import BY_ITSELF, Stage
stage = Stage(memory=BY_ITSELF).say("start_routine").wait_for(Phase.EXERCISING).wait(3)
known, fits = {each.text for each in upcoming(stage.guide, stage.state)}, "tip" in expected(stage.state)
doubtful = len(stage.log)
stage.say("tip", doubtful=True)
doubtful = len(stage.log) - doubtful
before = stage.state
stage.say("tip")
asked = Stage(memory=BY_ITSELF).say("start_routine").wait_for(Phase.EXERCISING).say("hurts").silence().say("tip")
print(json.dumps({
    "said": stage.saying, "goes on": stage.state.clock_runs and stage.state.run.span.kind is before.run.span.kind,
    "idle": Stage().silence().say("tip").saying, "foreseen": known, "fits": fits, "doubtful": doubtful,
    "asked": [asked.saying, asked.state.phase.value],
}, default=sorted))
"""

SESSION = """
import sys, io
from assistant.cli.main import main
sys.stdin = io.StringIO("give me a tip")
main(["--typed"])
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with one more intent."""
    house = tmp_path_factory.mktemp("house")
    for folder in ("assistant", "intents", "models"):
        shutil.copytree(ROOT / folder, house / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (house / "tests").mkdir()
    for name in ("__init__.py", "keyed.py", "stage.py"):
        shutil.copy(ROOT / "tests" / name, house / "tests" / name)
    for name, (before, after) in ADDED.items():
        text = (house / name).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{before!r} in {name}"
        (house / name).write_text(text.replace(before, after), encoding="utf-8")
    return house


def run(house: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(house), "XDG_CACHE_HOME": str(house / "cache")}
    command = [sys.executable, *words]
    return subprocess.run(
        command, cwd=house, env=environment, capture_output=True, text=True, check=True, timeout=120
    ).stdout


def test_one_more_intent_that_only_answers_is_answered_everywhere(house):
    found = json.loads(run(house, "-c", TRIED))
    assert found["said"] == found["idle"] == KEY
    assert found["goes on"]
    assert found["fits"]
    assert KEY in found["foreseen"]
    assert found["doubtful"] == 0
    assert found["asked"] == [KEY, "asking"]


def test_one_more_intent_is_understood_and_the_language_lacks_nothing(house):
    assert run(house, "-m", "assistant", "understand", "um, give me a tip").startswith("um, give me a tip: tip")
    assert "lacks nothing" in run(house, "-m", "assistant", "languages", "check", "en")


def test_one_more_intent_is_answered_in_words(house):
    told = run(house, "-c", SESSION)
    assert TIP in told
