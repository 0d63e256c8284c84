"""The server asks no other machine for anything.

Whoever connects from a page of another origin has Streamlit 1.67 find out by which address the
server is known outside. It asks another machine for it, in the server's loop, so that everybody
waits; where no answer comes back, for seconds, and anew each time.
"""


def ask_nobody() -> bool:
    """Have the address outside be unknown, as it is where nobody answers; as often as one likes.

    False where this Streamlit asks in another way.
    """
    try:
        from streamlit import net_util

        known = hasattr(net_util, "get_external_ip")
        net_util.get_external_ip = _unknown
    except ImportError:
        return False
    return known


def _unknown() -> None:
    return None
