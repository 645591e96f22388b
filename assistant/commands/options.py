"""Options that several commands share."""

from __future__ import annotations

import argparse

RECOGNISERS = ("auto", "vosk", "hama")


def add_language(parser: argparse.ArgumentParser) -> None:
    """--language"""
    parser.add_argument("--language", default="en", metavar="en", help="the language to speak and hear (default: en)")


def add_recogniser(parser: argparse.ArgumentParser) -> None:
    """--recogniser"""
    parser.add_argument(
        "--recogniser",
        choices=RECOGNISERS,
        default="auto",
        help="who listens: Vosk, the built-in hama, or (auto) both where both are there",
    )


def add_routine(parser: argparse.ArgumentParser) -> None:
    """--routine"""
    parser.add_argument(
        "--routine",
        default="ten_foot_stretches",
        metavar="NAME|FILE",
        help="another routine: five_minutes, or a file of your own (see `solemate routine new`)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """--json"""
    parser.add_argument("--json", action="store_true", help="as JSON")
