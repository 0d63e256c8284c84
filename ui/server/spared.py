"""What Streamlit finds out anew at each run, though it comes to the same, is found out once.

The theme, which is sent with the beginning of every run, is put together from some three hundred
options. And each part of a component's data is held against twenty kinds of tables from other
libraries, of which none is a plain list or mapping.
"""

from functools import lru_cache
from typing import Any


def install() -> bool:
    """Have it so, however often it is called.

    False where this Streamlit does it in another way: then it finds these out, and works.
    """
    return all([_theme_once(), _no_tables_in_plain_data()])


def _theme_once() -> bool:
    try:
        from streamlit.proto.NewSession_pb2 import CustomThemeConfig
        from streamlit.runtime import app_session as module

        app_session: Any = module
        populate = app_session._populate_theme_msg
    except (ImportError, AttributeError):
        return False
    if hasattr(populate, "instead_of"):
        return True

    @lru_cache(maxsize=16)
    def theme(*section: str) -> Any:
        made = CustomThemeConfig()
        populate(made, *section)
        return made

    def copied(message: Any, *section: str) -> None:
        made = theme(*section)
        if made.ByteSize():
            message.MergeFrom(made)

    copied.instead_of = populate  # type: ignore[attr-defined]
    app_session._populate_theme_msg = copied
    return True


def _no_tables_in_plain_data() -> bool:
    try:
        from streamlit.components.v2.bidi_component import serialization as module

        serialization: Any = module
        is_table = serialization.is_dataframe_like
    except (ImportError, AttributeError):
        return False
    if hasattr(is_table, "instead_of"):
        return True

    def looks_where_need_be(value: object) -> bool:
        return type(value) not in (dict, list) and bool(is_table(value))

    looks_where_need_be.instead_of = is_table  # type: ignore[attr-defined]
    serialization.is_dataframe_like = looks_where_need_be
    return True
