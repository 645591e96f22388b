"""The drawings of stretches: that there is one for each, that bodies are bodies, and that files stand by themselves."""

from __future__ import annotations

import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant.dialogue.content.drawn import FIGURES, HELD, figure_of, gentle_figure_of
from assistant.dialogue.content.moving import Posture
from assistant.dialogue.content.routine import Stretch
from assistant.dialogue.state.preferences import gentle_key, own
from assistant.errors import SolemateError
from assistant.language.completeness import lacks
from assistant.language.drawings import load_drawings
from assistant.language.files import DRAWINGS, ROUTINE, languages
from assistant.language.routine_files import installed, read_routine
from assistant.language.wordings import load_routine
from assistant.page.drawings import drawing
from assistant.page.drawings import figures as drawn
from assistant.page.drawings.draw import COLOURS, RADIUS, RING
from assistant.page.drawings.film import Film
from assistant.page.drawings.shapes import FLOOR, HEIGHT, WIDTH
from assistant.page.drawings.skeleton import (
    BACK,
    FOREARM,
    LIMITS,
    NECK,
    SHANK,
    SOLE,
    THIGH,
    UPPER_ARM,
    Leg,
    Pose,
    Reaching,
    angles,
    between,
    points,
)
from bench import drawings as sheet

ROOT = Path(__file__).parent.parent
INTENTS = ROOT / "intents"
SVG = "{http://www.w3.org/2000/svg}"
THE_TEN = [stretch.id for stretch in read_routine(INTENTS / "en", ROUTINE).stretches]
ALL = pytest.mark.parametrize("figure", FIGURES)
THINGS = {"a mat": "mat", "a yoga mat": "mat"}
"""What is drawn for a thing that goes by another name."""


def poses(figure: str) -> list[Pose]:
    """The poses that a figure goes through."""
    keys = drawn.FIGURES[figure].keys
    pairs = zip(keys, (*keys[1:], keys[0]), strict=True)
    return [between(first, second, n / 6) for (_, first), (_, second) in pairs for n in range(6)]


def routines(language: str) -> list[str]:
    return [path.stem for path in (INTENTS / language / "routines").glob("*.yaml")]


def test_what_can_be_named_is_what_is_drawn():
    assert set(FIGURES) == set(drawn.FIGURES)


@pytest.mark.parametrize("language", languages(INTENTS))
def test_every_stretch_of_every_routine_has_a_drawing_in_its_posture(language):
    seen = set()
    for name in routines(language):
        for stretch in read_routine(INTENTS / language, name).stretches:
            figure = figure_of(stretch)
            assert figure is not None
            assert FIGURES[figure] is stretch.posture
            assert figure not in {posture.value for posture in Posture}, f"{stretch.id} of {name} has none of its own"
            assert drawn.FIGURES[figure].sided == bool(stretch.dose.sides)
            seen.add(figure)
            gently = own(stretch, {gentle_key(stretch.id): True})
            figure = gentle_figure_of(gently)
            assert figure is not None, f"the gentler way of {stretch.id} of {name}"
            assert FIGURES[figure] is gently.posture
            assert drawn.FIGURES[figure].sided == bool(gently.dose.sides), figure
            seen.add(figure)
    assert seen == set(FIGURES) - {"standing", "sitting", "floor", "resting", "getting_up"}


def test_the_things_that_a_stretch_needs_are_drawn():
    for name in routines("en"):
        for stretch in read_routine(INTENTS / "en", name).stretches:
            figure = figure_of(stretch)
            assert figure
            for thing in stretch.needs:
                assert THINGS.get(thing.say, thing.name) in drawn.FIGURES[figure].things, f"{stretch.id}: {thing.name}"


def stretch_with(**values: object) -> Stretch:
    base = read_routine(INTENTS / "en", ROUTINE).stretches[0]
    return Stretch(**{**{key: getattr(base, key) for key in base.__dataclass_fields__}, "id": "own", **values})


@pytest.mark.parametrize(
    ("values", "figure"),
    [
        ({"drawing": "heel_raises"}, "heel_raises"),
        ({"id": "ankle_circles", "posture": Posture.SITTING}, "ankle_circles_sitting"),
        ({"id": "ankle_circles", "posture": Posture.STANDING}, "standing"),
        ({"id": "ankle_circles", "posture": None}, "ankle_circles"),
        ({"posture": Posture.FLOOR}, "floor"),
        ({"posture": None}, None),
    ],
)
def test_a_stretch_is_shown_by_what_it_names_or_is(values, figure):
    assert figure_of(stretch_with(**values)) == figure


def test_a_drawing_that_there_is_not_is_named_with_its_line_and_those_there_are(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "id: mine\nname: mine\nlanguage: en\nstretches:\n  - use: heel_raises\n    drawing: heel_rises\n", "utf-8"
    )
    with pytest.raises(
        SolemateError, match=r"mine.yaml:6.*no drawing 'heel_rises'; there is: toe_walking, .*heel_raises"
    ):
        load_routine(INTENTS / "en", path)


def test_a_stretch_of_ones_own_may_name_one(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "id: mine\nname: mine\nlanguage: en\nstretches:\n  - use: heel_raises\n    drawing: toe_walking\n", "utf-8"
    )
    assert figure_of(load_routine(INTENTS / "en", path).stretches[0]) == "toe_walking"


# --- bodies -------------------------------------------------------------------------------------------------------


@ALL
def test_limbs_keep_their_lengths(figure):
    for pose in poses(figure):
        at = points(pose)
        assert math.dist(at["shoulder"], at["head"]) == pytest.approx(NECK)
        assert math.dist(at["hip"], at["waist"]) == pytest.approx(BACK)
        assert math.dist(at["waist"], at["shoulder"]) == pytest.approx(BACK)
        for side in ("near", "far"):
            leg = getattr(pose, f"{side}_leg")
            seen = math.cos(math.radians(leg.out)) if isinstance(leg, Leg) else 1.0
            for a, b, length in (
                ("hip", "knee", THIGH * seen),
                ("knee", "ankle", SHANK * seen),
                ("shoulder", "elbow", UPPER_ARM),
                ("elbow", "hand", FOREARM),
            ):
                assert math.dist(at[f"{side}_{a}"], at[f"{side}_{b}"]) == pytest.approx(length), f"{side} {a} to {b}"


@ALL
def test_joints_bend_as_joints_do(figure):
    for pose in poses(figure):
        for joint, angle in angles(pose).items():
            side, _, name = joint.partition("_")
            if name == "hip" and getattr(getattr(pose, f"{side}_leg"), "out", False):
                continue  # it goes to the side, which cannot be seen from there
            least, most = LIMITS[name]
            assert least <= angle <= most, f"{joint} is bent by {angle:.0f} degrees"


@ALL
def test_hands_and_feet_are_where_they_have_to_be(figure):
    for pose in poses(figure):
        at = points(pose)
        for side in ("near", "far"):
            arm, leg = getattr(pose, f"{side}_arm"), getattr(pose, f"{side}_leg")
            if isinstance(arm, Reaching):
                assert math.dist(at[f"{side}_hand"], (arm.x, arm.y)) < 1, f"the {side} hand doesn't reach"
            if not isinstance(leg, Leg):
                assert math.dist(at[f"{side}_ball"], (leg.x, leg.y)) < 1, f"the {side} foot doesn't reach"


@ALL
def test_nobody_sinks_into_the_floor_or_out_of_the_picture(figure):
    for pose in poses(figure):
        for name, (x, y) in points(pose).items():
            assert SOLE - 3.5 <= y <= FLOOR - 15, f"{name} is {y:.1f} above the floor"
            assert 15 <= x <= WIDTH - 15, f"{name} is at {x:.1f}"


@ALL
def test_rings_and_closeups_lie_within_the_picture_and_apart(figure):
    closeup = drawn.FIGURES[figure].closeup
    if closeup is None:
        return
    x, y = closeup.at[0], FLOOR - closeup.at[1]
    assert RADIUS <= x <= WIDTH - RADIUS
    assert RADIUS <= y <= HEIGHT - RADIUS
    for pose in poses(figure):
        at = points(pose)
        for name in ("head", "near_hand", "near_elbow", "near_knee"):
            assert math.dist(at[name], closeup.at) > RADIUS + 8, f"the close-up hides the {name}"
        if drawn.FIGURES[figure].ring:
            assert math.dist(at["near_ankle"], closeup.at) > RADIUS + RING


# --- files --------------------------------------------------------------------------------------------------------


@ALL
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("moving", [True, False])
def test_a_file_stands_by_itself(figure, dark, moving):
    svg = drawing(figure, side="left", dark=dark, moving=moving, prefix="p7")
    tree = ElementTree.fromstring(svg)
    assert tree.tag == f"{SVG}svg"
    assert tree.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert tree.get("role") == "img"
    ids = [each.get("id") for each in tree.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert all(name and name.startswith("p7-") for name in ids)
    for each in tree.iter():
        assert each.tag.removeprefix(SVG) not in ("script", "style", "image", "foreignObject", "a")
        for key, value in each.attrib.items():
            assert key != "style"
            assert not key.startswith("on")
            assert "//" not in value
            for named in re.findall(r"url\(#([^)]*)\)", value) + ([value[1:]] if key == "href" else []):
                assert named in ids
    assert ("animate" in svg) is moving


@ALL
def test_the_steps_of_a_movement_fit_each_other(figure):
    tree = ElementTree.fromstring(drawing(figure))
    for each in (*tree.iter(f"{SVG}animate"), *tree.iter(f"{SVG}animateTransform")):
        values, times = each.attrib["values"].split(";"), [float(at) for at in each.attrib["keyTimes"].split(";")]
        assert len(values) == len(times)
        assert times == sorted(times)
        assert (times[0], times[-1]) == (0, 1)
        assert values[0] == values[-1]
        assert len({re.sub(r"[^a-zA-Z]", "", value) for value in values}) == 1
        if "keySplines" in each.attrib:
            splines = [[float(x) for x in spline.split()] for spline in each.attrib["keySplines"].split(";")]
            assert len(splines) == len(times) - 1
            assert all(len(spline) == 4 and all(0 <= x <= 1 for x in spline) for spline in splines)


@ALL
def test_left_and_right_differ_by_a_mirror_where_there_are_sides(figure):
    left, right = (drawing(figure, side=side) for side in ("left", "right"))
    mirror = f'transform="matrix(-1 0 0 1 {WIDTH} 0)"'
    assert (mirror in left) is drawn.FIGURES[figure].sided
    assert mirror not in right
    assert drawing(figure).split("</desc>")[1] == right.split("</desc>")[1]


def test_a_movement_takes_as_long_as_it_is_told_to():
    assert 'dur="3s"' in drawing("heel_raises")
    assert 'dur="4.5s"' in drawing("heel_raises", period=4.5)
    assert 'dur="3s"' not in drawing("heel_raises", period=4.5)


def test_a_movement_has_the_rhythm_of_its_stretch():
    stretches = {stretch.id: stretch for stretch in read_routine(INTENTS / "en", ROUTINE).stretches}
    assert drawn.FIGURES["toe_walking"].period == 2 * stretches["toe_walking"].beat
    assert drawn.FIGURES["ankle_circles"].period == 2 * stretches["ankle_circles"].beat
    assert drawn.FIGURES["heel_raises"].period == stretches["heel_raises"].dose.pace
    dose = stretches["toe_stretching"].dose
    assert drawn.FIGURES["toe_stretching"].period == dose.hold + dose.rest


def test_what_is_held_stands_still_where_the_movement_leads():
    for name, figure in drawn.FIGURES.items():
        if name in HELD:
            end = figure.ends[1]
            poses = [pose for at, pose in figure.keys if pose == _pose_at(figure, end)]
            assert len(poses) >= 2, f"{name} does not stay where it is held"
            assert "animate" not in drawing(name, held=True)


def _pose_at(figure: drawn.Figure, seconds: float) -> Pose:
    return next(pose for at, pose in reversed(figure.keys) if at <= seconds)


def test_a_figure_comes_back_to_its_beginning():
    for figure in drawn.FIGURES.values():
        first, last = (Film(figure).at(at).at for at in (0, figure.period))
        assert all(first[name] == pytest.approx(last[name]) for name in first)


def test_the_working_foot_is_marked_by_more_than_its_colour():
    for name in THE_TEN:
        assert drawn.FIGURES[name].ring or drawn.FIGURES[name].closeup, name


def test_the_ten_are_small():
    assert sum(len(drawing(name).encode()) for name in THE_TEN) < 100_000
    assert max(len(drawing(name).encode()) for name in FIGURES) < 15_000


def test_what_is_wrong_to_ask_for_is_refused():
    with pytest.raises(KeyError):
        drawing("somersault")
    with pytest.raises(ValueError, match="no side 'both'"):
        drawing("heel_raises", side="both")


# --- colours ------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_lines_stand_out_from_paper_and_wall(dark):
    paper, wall = COLOURS["paper"][dark], COLOURS["wall"][dark]
    outlined = {"ball", "pencil"} if not dark else {"edge"}
    for name in set(COLOURS) - {"paper", "wall"} - outlined:
        assert contrast(COLOURS[name][dark], paper) >= 3, name
        if name not in ("band", "towel", "mat", "pencil"):
            assert contrast(COLOURS[name][dark], wall) >= 3, f"{name} on the wall"


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages(INTENTS))
@ALL
def test_every_drawing_is_told_in_every_language(language, figure):
    words = load_drawings(INTENTS / language)
    told = words.figures[figure]
    assert ("{side}" in told.title and "{side}" in told.shows) is drawn.FIGURES[figure].sided
    left, right = words.told(figure, "left"), words.told(figure, "right")
    assert (left != right) is drawn.FIGURES[figure].sided
    svg = drawing(figure, side="left", told=left)
    tree = ElementTree.fromstring(svg)
    assert (tree.findtext(f"{SVG}title"), tree.findtext(f"{SVG}desc")) == (left.title, left.shows)


def test_the_words_name_the_things_that_are_drawn():
    words = load_drawings(INTENTS / "en")
    said = {"tennis ball": "tennis ball", "resistance band": "band"}
    for name, figure in drawn.FIGURES.items():
        for thing in figure.things:
            assert said.get(thing, thing) in words.figures[name].shows, f"{name}: {thing}"


def test_a_language_without_words_for_a_drawing_lacks_them(tmp_path):
    folder = tmp_path / "xx"
    folder.mkdir()
    missing = [str(lack) for lack in lacks(folder, INTENTS / "en") if lack.file == DRAWINGS]
    assert missing == ["drawings.yaml: is missing"]
    text = (INTENTS / "en" / DRAWINGS).read_text("utf-8")
    start, end = text.index("  resting:"), text.index("  getting_up:")
    (folder / DRAWINGS).write_text(text[:start] + text[end:], "utf-8")
    missing = [str(lack) for lack in lacks(folder, INTENTS / "en") if lack.file == DRAWINGS]
    assert missing == ["drawings.yaml: drawings resting is missing"]


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("  resting:", "  arresting:", r"no drawing 'arresting'; there is: toe_walking"),
        ("on the {side} foot", "on the {foot} foot", r"'shows' uses {foot}; it may use: other, side"),
        ("on the {side} foot", "on the {side foot", r"'shows' has a stray brace"),
        ("right: right", "wrong: right", r"wrong"),
    ],
)
def test_mistakes_in_the_words_are_named_with_their_line(tmp_path, old, new, mistake):
    text = (INTENTS / "en" / DRAWINGS).read_text("utf-8")
    assert old in text
    (tmp_path / DRAWINGS).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(SolemateError, match=rf"drawings.yaml:\d+.*{mistake}"):
        load_drawings(tmp_path)


def test_the_documents_name_every_figure():
    text = (ROOT / "docs" / "routines.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in FIGURES)


def test_all_can_be_written_to_look_at(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["bench.drawings", str(tmp_path / "out"), "--language", "ko"])
    assert sheet.main() == 0
    files = sorted(path.name for path in (tmp_path / "out").glob("*.svg"))
    assert len(files) == 8 * len(FIGURES) + 4 * len(HELD)
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert all(name in page for name in files)


def test_the_default_routine_is_among_those_that_are_tried():
    assert ROUTINE in installed(INTENTS / "en")
