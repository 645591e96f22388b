"""The pure parts of the measurement of natural sentences by sound."""

from __future__ import annotations

from assistant.dialogue.rehearsal import Meant, Outcome
from assistant.phases import Phase
from bench.people import Allowed, Row
from bench.spoken import Spoken, result_of, rows, spoken
from bench.voices import Speaker

ANNA, BERT = Speaker("anna", 0), Speaker("bert", 0)
WANTED = Row("hold", "on we go", (Allowed("next", {}),), or_nothing=False)
DISTRESS = Row("hold", "ow my foot", (Allowed("hurts", {}), Allowed("hurts", {}, asked=True)), False, "distress")
OTHERS = Row("hold", "is that the cat", (), or_nothing=True, kind="others")


def comes(*meant: Meant) -> Outcome:
    return Outcome(meant, "", Phase.EXERCISING)


def test_what_is_right_is_counted_by_kind_and_by_voice():
    result = result_of(
        [
            (Spoken(ANNA, WANTED), comes(Meant("next"))),
            (Spoken(BERT, WANTED), comes(Meant("stop"))),
            (Spoken(ANNA, DISTRESS), comes(Meant("hurts", doubtful=True))),
            (Spoken(BERT, DISTRESS), comes()),
            (Spoken(ANNA, OTHERS), comes()),
        ]
    )
    assert result["by_kind"] == {
        "wanted": {"right": 1, "of": 2},
        "distress": {"right": 1, "of": 2},
        "others": {"right": 1, "of": 1},
    }
    assert result["by_voice"] == {"anna": {"right": 3, "of": 3}, "bert": {"right": 0, "of": 2}}
    assert result["harmful"] == 1
    assert result["wrong"] == ["bert, hold: on we go -> stop", "bert, hold: ow my foot -> nothing"]
    table = rows(result)
    assert table[0] == ("spoken, wanted", "50.0% of 2 right", "80%")
    assert table[-1] == ("", "1 harmful", "")


def test_without_a_file_it_says_how_to_name_one():
    assert "--said FILE" in str(spoken(None, [ANNA], quick=False))
