"""What all tests share: none of them sees the settings of whoever runs them."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("SOLEMATE_CONFIG", str(tmp_path_factory.getbasetemp() / "no settings"))
