"""What a free sentence names: stretches, times, numbers."""

from __future__ import annotations

from assistant.understanding.slot_filling import SlotFinder

FINDER = SlotFinder(
    {
        "stretch": {"heel raises": "heel_raises", "calf raises": "heel_raises", "ankle circles": "ankle_circles"},
        "seconds": {"ten seconds": "10", "twenty seconds": "20"},
        "amount": {"ten": "10", "twenty": "20"},
    }
)


def test_the_longest_value_is_found_and_of_several_the_last_one():
    found = FINDER.find(["hold", "it", "for", "twenty", "seconds", "please"], "seconds")
    assert found is not None
    assert (found.value, found.start, found.end) == ("20", 3, 5)
    last = FINDER.find(["not", "ten", "but", "twenty"], "amount")
    assert last is not None
    assert last.value == "20"
    assert FINDER.find(["as", "long", "as", "you", "like"], "seconds") is None
    assert FINDER.find(["ten"], "volume") is None


def test_what_is_named_to_be_replaced_is_not_wanted():
    finder = SlotFinder({"amount": {"ten": "10", "twenty": "20"}}, [("instead", "of"), ("rather", "than")])
    for said in ("ten instead of twenty", "rather than twenty do ten"):
        found = finder.find(said.split(), "amount")
        assert found is not None
        assert found.value == "10"


def test_a_stretch_is_found_by_a_name_that_is_only_alike():
    found = FINDER.find(["the", "calf", "raise", "thing"], "stretch")
    assert found is not None
    assert (found.value, found.name) == ("heel_raises", "calf raises")
    assert FINDER.find(["the", "dog", "wants", "out"], "stretch") is None


def test_what_is_named_is_marked_so_that_all_names_look_alike():
    assert FINDER.marked(["do", "ankle", "circles", "for", "ten", "seconds"]) == ["do", "[stretch]", "for", "[seconds]"]
    assert FINDER.marked(["nothing", "to", "name"]) == ["nothing", "to", "name"]
