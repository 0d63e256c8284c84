"""Nonsense by the thousand: each case is made from a seed and a number, so it can be made again.

A case's name, such as ``function-7-123``, says its kind, its seed and its number. ``MARK`` stands
in most of them; nothing that is logged or run may hold it.
"""

import base64
import json
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg

from core.datasets import dataset
from core.descent import Recipe, follow
from core.formula.grammar import TYPED
from core.initialisation import initial
from core.network import Architecture, Dataset, Layer, layered, parameters
from core.scratch import weights_json
from core.tabular import encode_cloud, encode_points
from core.weights import write_weights
from tests.core.formula.hostile import CODE
from ui.lessons import LESSONS
from ui.session.parameters import PARAMETERS

MARK = "zqmark"
CANARY = "zqcanary"
"""A file of this name would be made by whoever ran what is typed."""
PAGES = ("", *(lesson.name for lesson in LESSONS))
RUNS = (
    f"__import__('pathlib').Path('{CANARY}').touch()  # {MARK}",
    f"open('{CANARY}','w')#{MARK}",
    f"<script>fetch('/{MARK}')</script>",
    f"<img src=x onerror=alert('{MARK}')>",
    rf"\href{{javascript:{MARK}}}{{x}}",
    f"'''+open('{CANARY}','w')+'''{MARK}",
    f"${{{MARK}}}{{{{{MARK}}}}}%s%n{MARK}",
    f'=HYPERLINK("http://{MARK}.example")',
    f"../../{MARK}\0",
)
NUMBERS = (
    *("0", "-0", "1", "-1", "1.5", "1e308", "-1e308", "1e-320", "1e999", "-1e999", "nan", "inf"),
    *(
        "-inf",
        "9" * 400,
        "9" * 5000,
        "0x10",
        "1,5",
        "1_000",
        "٣",
        "½",
        "∞",
        "",
        " ",
        "+",
        ".",
        "1.",
    ),
    *(
        "1e",
        "--1",
        "1e400000000",
        "0." + "0" * 500 + "1",
        "true",
        "None",
        "[1]",
        "{}",
        "2147483648",
    ),
)
SIGNS = (
    "\0\t\n\r\x1b\x7f\xa0\ufeff\u202e\u2028\ud7ff😀é{}[]()<>\"'`$\\/%&;,|^*+-=_~:.#@!?0159exπ√−×"
)


@dataclass(frozen=True)
class Case:
    """One piece of nonsense."""

    kind: str
    seed: int
    number: int
    content: Any

    def __str__(self) -> str:
        return f"{self.kind}-{self.seed}-{self.number}"


def case(kind: str, seed: int, number: int) -> Case:
    """The case of a name.

    >>> case("function", 7, 123) == case("function", 7, 123)
    True
    """
    return Case(kind, seed, number, KINDS[kind](random.Random(f"{kind}-{seed}-{number}")))


# ---- what all of them are made of


def mutated(choose: random.Random, text: str) -> str:
    """The text with something left out, doubled, moved or put in, a few times."""
    for _ in range(choose.randint(1, 6)):
        at, to = sorted(choose.randrange(len(text) + 1) for _ in range(2))
        part = text[at:to]
        text = choose.choice(
            [
                lambda t, p, a, b: t[:a] + t[b:],
                lambda t, p, a, b: t[:b] + p * choose.choice([1, 2, 30]) + t[b:],
                lambda t, p, a, b: p + t[:a] + t[b:],
                lambda t, p, a, b: t[:a] + choose.choice(SIGNS) + t[a:],
                lambda t, p, a, b: t[:a] + choose.choice(RUNS) + t[b:],
                lambda t, p, a, b: t[:a] + choose.choice(NUMBERS) + t[b:],
                lambda t, p, a, b: t[:a] + MARK + t[b:],
                lambda t, p, a, b: t[:a] + p[::-1] + t[b:],
                lambda t, p, a, b: t[:a],
            ]
        )(text, part, at, to)[:200_000]
    return text


def noise(choose: random.Random, longest: int = 400) -> str:
    """Any characters at all, surrogates left out, which no text on a wire can hold."""
    letters = [chr(choose.choice([choose.randrange(128), choose.randrange(0xD800)]))]
    letters += [choose.choice(SIGNS) for _ in range(choose.randrange(longest))]
    choose.shuffle(letters)
    return "".join(letters)


def odd(choose: random.Random, usual: Sequence[str] = ("x",)) -> str:
    """Text that means something, nearly does, or does not."""
    return choose.choice(
        [
            lambda: choose.choice(NUMBERS),
            lambda: choose.choice(RUNS),
            lambda: choose.choice(CODE) + MARK,
            lambda: noise(choose),
            lambda: choose.choice(usual),
            lambda: mutated(choose, choose.choice(usual)),
            lambda: MARK + choose.choice(["a", "9", "(", "<b>", "\0", "_1"]) * 100_000,
        ]
    )()


def value(choose: random.Random, depth: int = 3) -> Any:
    """Anything that JSON can say, and some that only Python's JSON can."""
    leaves: list[Callable[[], Any]] = [
        lambda: choose.choice([None, True, False, 0, -1, 1, 10**400, -(10**30), 2**63, 0.5, 1e308]),
        lambda: choose.choice([float("nan"), float("inf"), float("-inf"), "", MARK, [], {}, [[]]]),
        lambda: choose.choice(RUNS),
        lambda: noise(choose, 20),
    ]
    if depth == 0 or choose.random() < 0.4:
        return choose.choice(leaves)()
    several = range(choose.choice([0, 1, 2, 3, 3, 60]))
    if choose.random() < 0.5:
        return [value(choose, depth - 1) for _ in several]
    return {choose.choice(NAMES): value(choose, depth - 1) for _ in several}


NAMES = (
    *("seq", "values", "what", "with", "commit", "step", "w1", "b1", "w1_11", "x", "y", "sample"),
    *("edited_rows", "deleted_rows", "added_rows", "0", "__class__", "__proto__", MARK, ""),
)


def edited(choose: random.Random, found: Any) -> Any:
    """Plain data with one of its parts put in another's place, left out, or nonsense."""
    if isinstance(found, int | float) and choose.random() < 0.5:
        return choose.choice([found + 1, -found, 10**400, 0, 1e300, -1, 0.5, 10**30])
    if not isinstance(found, dict | list) or not found or choose.random() < 0.08:
        return value(choose)
    keys = list(found) if isinstance(found, dict) else list(range(len(found)))
    key = choose.choice(keys)
    copy: Any = found.copy()
    match choose.randrange(6):
        case 0:
            del copy[key]
        case 1:
            copy[key] = found[choose.choice(keys)]
        case _:
            copy[key] = edited(choose, found[key])
    return copy


# ---- what is typed and read


def function(choose: random.Random) -> str:
    """By the grammar, or nearly."""
    text = _sum(choose, choose.choice([1, 2, 2, 3]))
    match choose.randrange(10):
        case 0:
            return odd(choose, [text])
        case 1:
            return choose.choice(["(", "-", "sin(", "√", "x^", "2(", "1/(", "exp("]) * (
                choose.choice([3, 19, 20, 21, 60, 100_000])
            )
        case 2:
            brackets = choose.choice([5, 20, 21])
            return f"{choose.choice(list(TYPED))}(" * brackets + text + ")" * brackets
        case 3 | 4 | 5:
            return mutated(choose, text)
        case _:
            return text


def _sum(choose: random.Random, depth: int) -> str:
    terms = [_product(choose, depth) for _ in range(choose.choice([1, 1, 1, 2, 2, 3]))]
    return choose.choice([" + ", "-", " − "]).join(terms)


def _product(choose: random.Random, depth: int) -> str:
    factors = [_power(choose, depth) for _ in range(choose.choice([1, 1, 1, 1, 2, 3]))]
    return choose.choice(["*", "/", "·", "÷"]).join(factors)


def _power(choose: random.Random, depth: int) -> str:
    atom = _atom(choose, depth)
    if choose.random() < 0.25:
        power = choose.choice(["2", "-1", "0", "0.5", "1000", "x", "π", f"({atom})", "99^99"])
        atom += choose.choice(["^", "**"]) + power
    return choose.choice(["", "", "-", "√"]) + atom


def _atom(choose: random.Random, depth: int) -> str:
    if depth == 0 or choose.random() < 0.4:
        usual = ["x", "x", "x", "e", "π", "2", ".5", "3", "7.25", "0"]
        return choose.choice(usual if choose.random() < 0.95 else NUMBERS)
    name = choose.choice(["", *TYPED])
    return f"{name}({_sum(choose, depth - 1)})"


def table(choose: random.Random) -> bytes:
    """A file of samples, or one that looks like it."""
    columns = choose.choice([1, 2, 2, 2, 2, 3, 3, 3, 3, 4])
    separator = choose.choice([",", ",", ";", "\t", " ", "|"])
    count = choose.choice([0, 1, 3, 3, 9, 49, 50, 51, 200, 201, 5000])
    digits = choose.randint(0, 17)
    cells = [[repr(round(choose.uniform(-9, 9), digits)) for _ in range(columns)]] * count
    if columns == 3:
        cells = [[*row[:-1], choose.choice("01")] for row in cells]
    if cells and choose.random() < 0.5:
        row = choose.randrange(count)
        cells[row] = [choose.choice([*NUMBERS, *RUNS, '"1"', "'2'"]), *cells[row][1:]]
    lines = [separator.join(["x", "y", "z", MARK][:columns])] * choose.choice([0, 1])
    lines += map(separator.join, cells)
    text = choose.choice(["\n", "\r\n", "\r"]).join(lines)
    if choose.random() < 0.3:
        text = odd(choose, [text])
    code = choose.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"])
    content = text.encode(code, "replace")
    if choose.random() < 0.15:
        content = content[: choose.randrange(len(content) + 1)] + choose.randbytes(40)
    return content


def network(choose: random.Random) -> str:
    """A saved network, with some of it changed."""
    text = json.dumps(edited(choose, json.loads(choose.choice(SAVED))))
    return mutated(choose, text) if choose.random() < 0.3 else text


def _saved(inputs: int, hidden: Sequence[Layer], classes: bool) -> str:
    shape = Architecture(inputs, tuple(hidden), classes=classes)
    x = [[0.5, -1.0], [1.0, 2.0]] if inputs == 2 else [0.5, 1.0]
    recipe = Recipe(Dataset(x, [0.0, 1.0]), train=parameters(layered(shape)), steps=1)
    start = initial(shape, "xavier", 1)
    return weights_json(shape, start, recipe, follow(layered(shape), start, recipe))


SAVED = (
    _saved(1, [Layer(2, "tanh")], classes=False),
    _saved(2, [Layer(4, "relu"), Layer(4, "sigmoid"), Layer(4, "tanh")], classes=True),
)


# ---- links

ENCODED: dict[str, tuple[str, ...]] = {
    "points": (encode_points(dataset("bowl", 0.0, 0.0)), "~" + "A" * 40, "~~AAAA", "1_2"),
    "cloud": (encode_cloud(Dataset([[0.5, -1.0]], [1.0])), "2x1_2_3_4", "3x", "9x1"),
    "weights": (write_weights([0.5] * 9), write_weights([1e6] * 13), "AAAA", "=" * 9),
    "hidden": ("tanh2", "relu4-relu4-relu4", "tanh9", "tanh" + "9" * 5000, "-" * 50),
    "race": ("adam:0.1,momentum:0.5", "adam:nan", "adam:1e999", "adam", ",,,,", "adam:" * 99),
    "opened": ("w1_11", "J", "__class__", "a9_9"),
    "f": ("log(2 + cos(x))", "x^x", "x" * 200, "x" * 201, "1/0", "log(-1)", "exp(exp(exp(x)))"),
}


def inflated(choose: random.Random) -> str:
    """A small text that unpacks into much."""
    packer = zlib.compressobj(9, wbits=-15)
    raw = packer.compress(bytes(choose.choice([800, 816, 10**6, 4 * 10**6]))) + packer.flush()
    return "~" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def link(choose: random.Random) -> tuple[str, str]:
    """A page and what stands behind the question mark."""
    page = choose.choice(PAGES)
    names = [*PARAMETERS, "v", "embed", MARK, "__class__", "", "w1[]", "W1", "constructor"]
    match choose.randrange(8):
        case 0:  # one text for everything
            text = odd(choose)[:200]
            return page, urlencode([(name, text) for name in PARAMETERS])
        case 1:  # one name again and again
            name = choose.choice(names)
            return page, urlencode([(name, odd(choose)[:100]) for _ in range(60)])
        case 2:  # no query at all
            return page, mutated(choose, f"w1=0.5&f=sin(x)&step={MARK}")[:100_000]
        case 3:  # a hundred kilobytes
            name = choose.choice(names)
            return page, f"{quote(name)}={choose.choice(['9', 'a', '%00', '(', MARK]) * 100_000}"[
                :100_000
            ]
    pairs = []
    for _ in range(choose.randint(1, 12)):
        name = choose.choice([*names, *ENCODED])
        usual = ENCODED.get(name, _usual(name))
        text = inflated(choose) if choose.random() < 0.05 else odd(choose, usual)
        pairs.append((name, text[: choose.choice([50, 200, 30_000])]))
    return page, urlencode(pairs)


def _usual(name: str) -> tuple[str, ...]:
    parameter = PARAMETERS.get(name)
    options = tuple(getattr(parameter, "options", ()))
    bounds = (getattr(parameter, "minimum", 0), getattr(parameter, "maximum", 1))
    return options or (*map(str, bounds), str(bounds[1] + 1), f"{bounds[0]}.5")


# ---- what a browser says

EVENTS = ("commit", "step", "choose", "go", "build", MARK)
USUAL: dict[str, Any] = {
    "commit": {"seq": 5, "values": {"w1": 0.5, "x": 1, "w1_11": 0.25, "sample": 2, "rate": 3}},
    "step": 3,
    "choose": "w1",
    "go": "next",
    "build": {"what": "shape", "with": [["tanh", 2]], "step": 1, "commit": None},
    MARK: None,
}
BUILDS = (
    {"what": "samples", "with": [[0.5, 1, 0], [1, 2, 1]]},
    {"what": "train", "step": 2},
    {"what": "again"},
    {"what": "cancel"},
    {"what": "shape", "with": [["relu", 4], ["relu", 4], ["relu", 4]]},
)
WAYS = ("next", "back", "anew", "mine", "begin")


def event(choose: random.Random) -> tuple[str, str]:
    """What the stage tells, and whether it can be read at all: the name, and JSON."""
    name = choose.choice(EVENTS)
    usual = choose.choice([USUAL[name], *(BUILDS if name == "build" else ())])
    if name == "go":
        usual = choose.choice(WAYS)
    told = usual if choose.random() < 0.3 else edited(choose, edited(choose, usual))
    text = json.dumps([{"event": name, "value": told}])
    return name, mutated(choose, text) if choose.random() < 0.1 else text


def message(choose: random.Random) -> tuple[str, Any]:
    """How it is sent, and what: an event of the stage, an input's value, or bytes."""
    match choose.randrange(10):
        case 0 | 1 | 2 | 3:
            return "event", event(choose)
        case 4 | 5 | 6 | 7:
            field = choose.choice(FIELDS)
            return "input", (choose.random(), field, _for(field, choose))
        case 8:
            return "bytes", _bytes(choose)
        case _:
            return "kind", choose.choice(
                [
                    *("clear_cache", "set_run_on_save", "load_git_info", "stop_script", "text"),
                    *("debug_disconnect_websocket", "debug_shutdown_runtime", "app_heartbeat"),
                    *("file_urls_request", "install_skills", "dataframe_chunk", "deferred_file"),
                    *("nothing", "fragment", "hash", "page"),
                ]
            )


FIELDS = (
    *("string_value", "double_value", "int_value", "bool_value", "json_value", "bytes_value"),
    *("json_trigger_value", "trigger_value", "string_array_value", "double_array_value"),
    *("int_array_value", "string_trigger_value"),
)


def _for(field: str, choose: random.Random) -> Any:
    """A value that protobuf lets be in a field of a widget's state."""
    match field:
        case "string_value":
            return odd(choose, ["sigmoid", "0.5", '{"edited_rows": {}}'])
        case "json_value" | "json_trigger_value":
            return choose.choice([json.dumps(value(choose)), odd(choose)])
        case "double_value":
            return choose.choice([0.5, -1e308, float("nan"), float("inf"), 1e-320, 2.5, -7.0])
        case "int_value":
            return choose.choice([0, 1, -1, 2**53, 2**63 - 1, -(2**63), 99])
        case "bool_value" | "trigger_value":
            return choose.choice([True, False])
        case "bytes_value":
            return choose.randbytes(30)
        case "string_array_value" | "string_trigger_value":
            return [odd(choose)[:300] for _ in range(choose.randrange(4))]
        case _:
            return [choose.choice([0, 1, 10**9]) for _ in range(choose.randrange(4))]


def _bytes(choose: random.Random) -> bytes:
    told = BackMsg()
    told.rerun_script.query_string = f"w1={MARK}"
    told.rerun_script.widget_states.widgets.add(id=MARK, string_value=noise(choose))
    whole = told.SerializeToString()
    return choose.choice(
        [
            lambda: whole[: choose.randrange(len(whole))],
            lambda: choose.randbytes(choose.randrange(1, 400)),
            lambda: b"",
            lambda: whole + choose.randbytes(9),
            lambda: whole * 200,
            lambda: MARK.encode() * 200_000,
        ]
    )()


KINDS: dict[str, Callable[[random.Random], Any]] = {
    "function": function,
    "table": table,
    "network": network,
    "link": link,
    "message": message,
}
SHARES = {"function": 0.42, "table": 0.16, "network": 0.2, "link": 0.08, "message": 0.14}
"""How many of all cases are of each kind: those that a server has to answer cost the most."""
