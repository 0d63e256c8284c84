r"""The browser's scripts and styles: ES modules in folders by subject, and how they are served.

``maths`` evaluates the graph's trees; ``stage`` keeps what is shown; ``panels`` draws it, each
panel a script and its styles; ``charts`` hands figures to Plotly, ``formula`` equations to KaTeX;
``files`` saves files and reads them; ``kept`` holds what Python sends once. No bundler is needed to
work on them or to run them: at start :func:`joined` puts a module and all that it imports into one,
each in a scope of its own, so that a browser fetches one file.

>>> source = joined("maths/evaluate.js")
>>> "export { " in source, "\nimport " in source
(True, False)
"""

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).parent

_IMPORT = re.compile(r'^import (?:\{([^}]*)\}|(\w+)) from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?!default )((?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE
)
_UNKNOWN = re.compile(r"^(?:import|export) (?!default )", re.MULTILINE)


def joined(
    entry: str,
    written: Mapping[str, str] | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> str:
    """A module, given by its path in this folder, with all that it imports, as one module.

    What the entry exports, the whole exports. ``written`` gives modules other contents than their
    files have; ``elsewhere`` says from which address a module is imported that stays on its own.

    Raises:
        ValueError: for a circle of imports, or an import or export in a form that is not read.
    """
    written, elsewhere = written or {}, elsewhere or {}
    outside: list[str] = []
    scopes: dict[str, str] = {}  # path to its part of the whole, what it imports before it

    def take(path: str, within: tuple[str, ...]) -> None:
        if path in within:
            raise ValueError(f"A circle of imports: {' → '.join((*within, path))}.")
        if path in scopes:
            return
        source = written.get(path) or (HERE / path).read_text("utf-8")
        heads = []
        for names, default, address in _imports(source):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), address))
            if target in elsewhere:
                outside.append(f"import {default} from {json.dumps(elsewhere[target])};")
            else:
                take(target, (*within, path))
                heads.append(f"const {{{', '.join(names)}}} = {_scope(target)};")
        body = without_comments(_IMPORT.sub("", source))
        exported = [name for _, name in _EXPORT.findall(body)]
        body = _EXPORT.sub(r"\1", body)
        if unread := _UNKNOWN.search(body):
            raise ValueError(f"{path}: {body[unread.start() :].splitlines()[0]!r} is not read.")
        inside = "\n".join([*heads, body])
        if path == entry:
            scopes[path] = inside + (f"export {{ {', '.join(exported)} }};\n" if exported else "")
        else:
            scopes[path] = (
                f"const {_scope(path)} = (() => {{\n{inside}"
                f"return {{{', '.join(exported)}}};\n}})();"
            )

    take(entry, ())
    return "\n".join([*outside, *scopes.values()])


def _imports(source: str) -> Iterator[tuple[list[str], str, str]]:
    for names, default, address in _IMPORT.findall(source):
        yield [name.strip() for name in names.split(",") if name.strip()], default, address


def _scope(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))


def styles(*names: str) -> str:
    """Style sheets of this folder, one after the other, without comments."""
    return "\n".join(without_comments((HERE / name).read_text("utf-8")) for name in names)


def style_sheets(folder: str) -> Iterable[str]:
    """The paths of a folder's style sheets, in the order of their names."""
    return sorted(str(path.relative_to(HERE)) for path in (HERE / folder).glob("*.css"))


def without_comments(source: str) -> str:
    r"""Leave out comments that stand on lines of their own, and indentation.

    >>> without_comments("/** A note\n * goes on. */\nf();  // stays\n  // gone\n")
    'f();  // stays\n'
    """
    source = re.sub(r"^\s*/\*(?:(?!\*/)[\s\S])*\*/[ \t]*\n", "", source, flags=re.MULTILINE)
    source = re.sub(r"^\s*//.*\n", "", source, flags=re.MULTILINE)
    return re.sub(r"^[ \t]+|^\s*\n", "", source, flags=re.MULTILINE)
