"""The update rules against the papers' equations, written out one number at a time."""

import math

import numpy as np
import pytest
import torch

from core.descent.rules import OPTIMIZERS, RULES, STATES, counts, source, to_json

RATE = 0.1
START = (1.5, -2.0, 0.0)


def _slope(p):
    """Of ½(p₀² + 10 p₁²) + p₂⁴/4 − p₂: round, steep and curved in its three directions."""
    return [p[0], 10 * p[1], p[2] ** 3 - 1]


def _by_the_paper(name, rate, steps):
    """Every point of the path, in plain Python."""
    p = list(START)
    velocity, mean, square = [0.0] * 3, [0.0] * 3, [0.0] * 3
    path = [tuple(p)]
    for t in range(1, steps + 1):
        for i, g in enumerate(_slope(p)):
            if name == "gradient_descent":
                p[i] -= rate * g
            elif name == "momentum":
                velocity[i] = 0.9 * velocity[i] + g
                p[i] -= rate * velocity[i]
            elif name == "nesterov":
                velocity[i] = 0.9 * velocity[i] + g
                p[i] -= rate * (g + 0.9 * velocity[i])
            elif name == "adagrad":
                square[i] += g * g
                p[i] -= rate * g / (math.sqrt(square[i]) + 1e-10)
            elif name == "rmsprop":
                square[i] = 0.99 * square[i] + (1 - 0.99) * g * g
                p[i] -= rate * g / (math.sqrt(square[i]) + 1e-8)
            elif name == "adam":
                mean[i] = 0.9 * mean[i] + (1 - 0.9) * g
                square[i] = 0.999 * square[i] + (1 - 0.999) * g * g
                m, s = mean[i] / (1 - 0.9**t), square[i] / (1 - 0.999**t)
                p[i] -= rate * m / (math.sqrt(s) + 1e-8)
        path.append(tuple(p))
    return np.array(path)


def _run(name, start, slope, rate, steps):
    init, update = OPTIMIZERS[name]
    p = np.array(start, dtype=float)
    state, path = init(p), [p]
    for _ in range(steps):
        step, state = update(slope(p), state, rate)
        p = p + step
        path.append(p)
    return np.array(path)


def _array_slope(p):
    return np.stack([p[..., 0], 10 * p[..., 1], p[..., 2] ** 3 - 1], axis=-1)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_fifty_steps_follow_the_papers_equations(name):
    ours = _run(name, START, _array_slope, RATE, 50)
    assert np.allclose(ours, _by_the_paper(name, RATE, 50), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_many_starts_at_once_go_as_each_alone(name):
    starts = np.random.default_rng(7).uniform(-1, 1, (4, 5, 3))
    together = _run(name, starts, _array_slope, 0.01, 20)
    for place in np.ndindex(4, 5):
        alone = _run(name, starts[place], _array_slope, 0.01, 20)
        assert np.allclose(together[:, *place], alone, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_changes_nothing_that_it_was_given(name):
    init, update = OPTIMIZERS[name]
    slope, point = np.array([3.0, -1.0]), np.array([1.0, 2.0])
    state = update(slope, init(point), RATE)[1]
    before = [np.copy(part) for part in state]
    first, _ = update(slope, state, RATE)
    second, _ = update(slope, state, RATE)
    assert (first == second).all()
    assert all(
        (part == old).all() for part, old in zip(map(np.asarray, state), before, strict=True)
    )
    assert slope.tolist() == [3.0, -1.0]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_where_there_is_no_slope_there_is_no_step(name):
    init, update = OPTIMIZERS[name]
    step, _ = update(np.zeros(2), init(np.ones(2)), RATE)
    assert (step == 0).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_first_step_goes_downhill(name):
    init, update = OPTIMIZERS[name]
    slope = np.array([2.0, -3.0])
    step, _ = update(slope, init(slope), RATE)
    assert (np.sign(step) == -np.sign(slope)).all()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_fifty_steps_are_those_of_pytorch(name):
    p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = {
        "gradient_descent": lambda: torch.optim.SGD([p], lr=RATE),
        "momentum": lambda: torch.optim.SGD([p], lr=RATE, momentum=0.9),
        "nesterov": lambda: torch.optim.SGD([p], lr=RATE, momentum=0.9, nesterov=True),
        "adagrad": lambda: torch.optim.Adagrad([p], lr=RATE),
        "rmsprop": lambda: torch.optim.RMSprop([p], lr=RATE),
        "adam": lambda: torch.optim.Adam([p], lr=RATE),
    }[name]()
    path = [p.detach().numpy().copy()]
    for _ in range(50):
        optimizer.zero_grad()
        (p[0] ** 2 / 2 + 5 * p[1] ** 2 + p[2] ** 4 / 4 - p[2]).backward()
        optimizer.step()
        path.append(p.detach().numpy().copy())
    assert np.allclose(_run(name, START, _array_slope, RATE, 50), path, rtol=1e-9, atol=1e-11)


# ---- one rule, several forms


@pytest.mark.parametrize(
    ("name", "gradient", "memory", "rate", "step", "renewed"),
    [
        ("gradient_descent", 2.0, (), 0.5, -1.0, ()),
        ("momentum", 2.0, (10.0,), 0.5, -5.5, (11.0,)),  # v = 9 + 2
        ("nesterov", 2.0, (0.0,), 0.5, -1.9, (2.0,)),  # g + 0.9 v = 3.8
        ("adagrad", 3.0, (16.0,), 0.5, -0.3, (25.0,)),  # 0.5 · 3 / √25
        ("rmsprop", 3.0, (0.0,), 0.5, -5.0, (0.09,)),  # 0.5 · 3 / √0.09
        ("rmsprop", 4.0, (100.0,), 1.0, -4 / math.sqrt(99.16), (99.16,)),
        ("adam", 3.0, (0.0, 0.0, 0), 0.5, -0.5, (0.3, 0.009, 1)),
        # In step 2 the corrections divide m by 1 − 0.81 and s by 1 − 0.998001.
        ("adam", 1.0, (0.2, 4.0, 1), 0.1, -0.1 * (0.28 / 0.19) / math.sqrt(3.997 / 0.001999),
         (0.28, 3.997, 2)),
    ],
)  # fmt: skip
def test_one_step_worked_out_by_hand(name, gradient, memory, rate, step, renewed):
    state = tuple(part if isinstance(part, int) else np.array([part]) for part in memory)
    moved, after = OPTIMIZERS[name].update(np.array([gradient]), state, rate)
    assert moved == pytest.approx([step], rel=1e-7)
    assert [np.ravel(part)[0] for part in after] == pytest.approx(list(renewed), rel=1e-12)


def _value(tree, names):
    """What the browser makes of a tree."""
    if isinstance(tree, float):
        return tree
    if isinstance(tree, str):
        return names[tree]
    operation, *parts = tree
    first, *rest = (_value(part, names) for part in parts)
    if operation == "^":
        return first ** rest[0]
    return first + sum(rest) if operation == "+" else first * math.prod(rest)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_browsers_trees_make_the_same_steps(name):
    rule, rng = to_json(name), np.random.default_rng(3)
    init, update = OPTIMIZERS[name]
    state, memory = init(np.zeros(1)), dict.fromkeys(STATES[name], 0.0)
    for slope in rng.normal(size=30):
        step, state = update(np.array([slope]), state, RATE)
        for part, tree in rule["states"]:
            memory[part] = _value(tree, {"g": slope, "eta": RATE, **memory})
        theirs = _value(rule["step"], {"g": slope, "eta": RATE, **memory})
        assert theirs == pytest.approx(step[0], rel=1e-12)
        assert list(memory.values()) == pytest.approx([np.ravel(s)[0] for s in state], rel=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_printed_rule_makes_the_very_same_steps(name):
    scope = {"np": np}
    exec(source(name), scope)
    init, update = OPTIMIZERS[name]
    state, theirs = init(np.zeros(3)), scope["init"](np.zeros(3))
    for slope in np.random.default_rng(4).normal(size=(30, 3)):
        step, state = update(slope, state, RATE)
        printed, theirs = scope["update"](slope, theirs, RATE)
        assert (step == printed).all()
        assert all(np.array_equal(a, b) for a, b in zip(state, theirs, strict=True))


def test_only_adam_counts_and_its_count_is_one_number_for_all_parameters():
    counted = [name for name, rule in RULES.items() if any(counts(*part) for part in rule.states)]
    assert counted == ["adam"]
    init, update = OPTIMIZERS["adam"]
    assert update(np.ones((2, 3)), init(np.ones((2, 3))), RATE)[1][2] == 1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_rule_says_whether_its_steps_know_the_gradients_scale(name):
    rng = np.random.default_rng(5)
    # Far above the 1e-8 that is added to a root.
    slopes = rng.uniform(0.5, 3, (30, 1000)) * rng.choice([-1, 1], (30, 1000))
    factor = 10 ** rng.uniform(-2, 2, 1000)
    init, update = OPTIMIZERS[name]
    one, other = init(np.zeros(1000)), init(np.zeros(1000))
    alike = True
    for slope in slopes:
        step, one = update(slope, one, RATE)
        scaled, other = update(factor * slope, other, RATE)
        alike = alike and np.allclose(step, scaled, rtol=1e-3, atol=1e-9)
    assert alike == RULES[name].divides_by_size
