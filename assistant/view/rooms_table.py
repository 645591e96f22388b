"""All rooms of a broker in the terminal, live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

REDRAWN_A_SECOND = 4
"""How often the table is drawn: the seconds count down in it."""

Row = tuple[str, ...]


class RoomsTable:
    """A table that is drawn anew until it is left; `rows` are asked for each time, `note` is what stands below it."""

    def __init__(self, head: Row, rows: Callable[[], Sequence[Row]], note: Callable[[], str]) -> None:
        from rich.live import Live

        self._head, self._rows, self._note = head, rows, note
        self._live = Live(get_renderable=self._table, refresh_per_second=REDRAWN_A_SECOND)

    def __enter__(self) -> RoomsTable:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def _table(self) -> Table:
        from rich.box import SIMPLE
        from rich.table import Table
        from rich.text import Text

        table = Table(box=SIMPLE, caption=Text(self._note()), caption_justify="left")
        for name in self._head:
            table.add_column(Text(name), no_wrap=True)
        for row in self._rows():
            # Not markup: a room's name and state come from the network.
            table.add_row(*(Text(cell) for cell in row), style="dim" if row[1] != "yes" else None)
        return table
