from __future__ import annotations

import pytest

from assistant.errors import SolemateError
from assistant.paths import data_folder


def test_the_folders_of_the_checkout_are_found():
    assert (data_folder("intents") / "en").is_dir()
    assert list(data_folder("models").glob("*.yaml"))


def test_a_missing_folder_is_named():
    with pytest.raises(SolemateError, match="'no such thing' is missing"):
        data_folder("no such thing")
