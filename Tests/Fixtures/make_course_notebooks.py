"""Runs the course's notebooks 000 to 003 in NumPy, with a seed where a notebook has none, and writes
what the lessons have to find: course_notebooks.json, {lesson: {name: numbers}}.

    python3 Tests/Fixtures/make_course_notebooks.py

The functions are the notebooks' own; where a notebook has a slip, the corrected line stands beside it.
"""

import json
import os

import numpy as np

found = {}
slips = {}


def note(lesson, name, value):
    found.setdefault(lesson, {})[name] = [float(v) for v in np.asarray(value, float).ravel()]


def slip(lesson, name, course, right):
    slips[lesson, name] = (course, right)
    if not isinstance(right, str):
        note(lesson, name, right)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def softmax(x):
    x = np.subtract(x, np.max(x))
    ex = np.exp(x)
    return ex / np.sum(ex)


def relu(x):
    return np.maximum(0, x)


# Notebook 000

LIGHTS = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 1], [1, 1, 1]])
WALK = np.array([[1, 1, 0, 0]]).T


def streetlights():
    np.random.seed(1)
    w01 = 2 * np.random.random((3, 4)) - 1
    w12 = 2 * np.random.random((4, 1)) - 1
    note("streetlights", "weights-0-1", w01)
    note("streetlights", "weights-1-2", w12)
    layer_1 = relu(np.dot(LIGHTS[0], w01))
    note("streetlights", "first-layer-1", layer_1)
    note("streetlights", "first-layer-2", np.dot(layer_1, w12))
    errors = []
    for _ in range(60):
        error = 0
        for i in range(4):
            layer_0 = LIGHTS[i : i + 1]
            layer_1 = relu(np.dot(layer_0, w01))
            layer_2 = np.dot(layer_1, w12)
            error += np.sum((layer_2 - WALK[i : i + 1]) ** 2)
            layer_2_delta = layer_2 - WALK[i : i + 1]
            layer_1_delta = layer_2_delta.dot(w12.T) * (layer_1 > 0)
            w12 -= 0.2 * layer_1.T.dot(layer_2_delta)
            w01 -= 0.2 * layer_0.T.dot(layer_1_delta)
        errors.append(error)
    for name in ("errors", "errors-subtracting", "errors-backward"):
        note("streetlights", name, errors[9::10])
    slip("streetlights", "sign-comment", "walk_vs_stop - layer_2    # prediction - true",
         "true - prediction")
    note("streetlights", "predictions", relu(LIGHTS.dot(w01)).dot(w12))


def one_step():
    lesson = "streetlights-one-step"
    np.random.seed(1)
    w01 = 2 * np.random.random((3, 3)) - 1
    w12 = 2 * np.random.random((3, 1)) - 1
    note(lesson, "weights-0-1", w01)
    note(lesson, "weights-1-2", w12)
    layer_0 = LIGHTS[0:1]
    note(lesson, "layer-0", layer_0)
    layer_1 = np.dot(layer_0, w01)
    note(lesson, "layer-1-sums", layer_1)
    layer_1 = relu(layer_1)
    note(lesson, "layer-1", layer_1)
    layer_2 = np.dot(layer_1, w12)
    note(lesson, "layer-2", layer_2)
    note(lesson, "error", (layer_2 - WALK[0:1]) ** 2)
    layer_2_delta = layer_2 - WALK[0:1]
    note(lesson, "layer-2-delta", layer_2_delta)
    layer_1_delta = layer_2_delta.dot(w12.T)
    note(lesson, "layer-1-delta-before", layer_1_delta)
    layer_1_delta *= layer_1 > 0
    note(lesson, "layer-1-delta", layer_1_delta)
    for name, value in (
        ("1-2", layer_1.T.dot(layer_2_delta)), ("0-1", layer_0.T.dot(layer_1_delta))):
        note(lesson, "weight-delta-" + name, value)
        note(lesson, "gradient-" + name, value)
    w12 -= 0.2 * layer_1.T.dot(layer_2_delta)
    w01 -= 0.2 * layer_0.T.dot(layer_1_delta)
    note(lesson, "new-weights-0-1", w01)
    note(lesson, "new-weights-1-2", w12)
    note(lesson, "prediction-after", relu(layer_0.dot(w01)).dot(w12))


# Notebook 001

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
TABLE = np.array([[0], [0], [1], [1]])
XOR = np.array([[0], [1], [1], [0]])


def delta_gd(W, D, alpha=0.9):
    for k in range(4):
        x = X[k, :].T
        y = sigmoid(np.matmul(W, x))
        delta = y * (1 - y) * (D[k] - y)
        W = W + alpha * delta * x
    return W


def outputs(W):
    return [sigmoid(np.matmul(W, X[k])) for k in range(4)]


def delta_rule():
    lesson = "delta-rule"
    drawn = np.array([[-0.69587368, 0.22372543, -0.26202276]])
    note(lesson, "first-predictions", outputs(drawn))
    note(lesson, "one-epoch-by-hand", delta_gd(drawn, TABLE))
    note(lesson, "one-epoch-backward", delta_gd(drawn, TABLE))
    W = np.array([[0.26793891, -0.58857304, 0.33312009]])
    for epoch in range(2, 10001):
        W = delta_gd(W, TABLE)
        if epoch in (2, 3, 9998, 9999, 10000):
            note(lesson, f"weights-{epoch}", W)
    note(lesson, "predictions", outputs(W))
    for seed in range(3):
        np.random.seed(seed)
        W = 2 * np.random.random((1, 3)) - 1
        for _ in range(10000):
            W = delta_gd(W, XOR)
        note(lesson, f"xor-weights-seed-{seed}", W)
        note(lesson, f"xor-predictions-seed-{seed}", outputs(W))


def train_xor(seed, epochs, cross_entropy, alpha=0.9):
    np.random.seed(seed)
    W1 = 2 * np.random.random((4, 3)) - 1
    W2 = 2 * np.random.random((1, 4)) - 1
    for _ in range(epochs):
        for k in range(4):
            x = X[k, :].T
            y1 = sigmoid(np.matmul(W1, x))
            y = sigmoid(np.matmul(W2, y1))
            e = XOR[k] - y
            delta = e if cross_entropy else y * (1 - y) * e
            delta1 = y1 * (1 - y1) * np.matmul(W2.T, delta)
            W1 = W1 + (alpha * delta1).reshape(4, 1) * x.reshape(1, 3)
            W2 = W2 + alpha * delta * y1
    return W2, [sigmoid(np.matmul(W2, sigmoid(np.matmul(W1, X[k])))) for k in range(4)]


def xor():
    lesson = "xor-backprop"
    for name, epochs, entropy in (("squared", 10000, False), ("entropy", 5000, True)):
        predictions = train_xor(2, epochs, entropy)[1]
        note(lesson, name + "-predictions", predictions)
        note(lesson, name + "-error", np.max(np.abs(np.array(predictions) - XOR)))
    note(lesson, "stuck-predictions", train_xor(1, 5000, True)[1])
    for name, entropy in (("squared", False), ("entropy", True)):
        for way in ("by-hand", "backward"):
            note(lesson, f"{name}-w2-{way}", train_xor(2, 1, entropy)[0])


def pictures(text):
    return [np.array([float(c == "#") for c in word]).reshape(25, 1) for word in text.split()]


DIGITS = pictures(
    ".##....#....#....#...###. ####.....#.###.#....##### ####.....#.###.....#####. "
    "...#...##..#.#.#####...#. ######....####.....#####.")
NOISY = pictures(
    "......#...#.#....#...###. ####.......###.....#####. ...#...##..#...###.#...#. "
    "####.....#.###.#....###.. .######...####....######.")
LABELS = np.eye(5).reshape(5, 5, 1)


def start(seed):
    np.random.seed(seed)
    return [2 * np.random.random(shape) - 1 for shape in ((20, 25), (20, 20), (20, 20), (5, 20))]


def digits(epochs, lesson):
    W1, W2, W3, W4 = start(2)
    for _ in range(epochs):
        for k in range(5):
            x = DIGITS[k]
            v1 = np.matmul(W1, x)
            y1 = relu(v1)
            v2 = np.matmul(W2, y1)
            y2 = relu(v2)
            v3 = np.matmul(W3, y2)
            y3 = relu(v3)
            delta = LABELS[k] - softmax(np.matmul(W4, y3))
            delta3 = (v3 > 0) * np.matmul(W4.T, delta)
            delta2 = (v2 > 0) * np.matmul(W3.T, delta3)
            delta1 = (v1 > 0) * np.matmul(W2.T, delta2)
            W4 = W4 + 0.01 * delta * y3.T
            W3 = W3 + 0.01 * delta3 * y2.T
            W2 = W2 + 0.01 * delta2 * y1.T
            W1 = W1 + 0.01 * delta1 * x.T

    def output(x):
        return softmax(W4 @ relu(W3 @ relu(W2 @ relu(W1 @ x))))

    for k in range(5):
        note(lesson, f"y-{k + 1}", output(DIGITS[k]))
        note(lesson, f"argmax-{k + 1}", np.argmax(output(DIGITS[k])) + 1)
    note(lesson, "right-probabilities", [output(DIGITS[k])[k] for k in range(5)])
    note(lesson, "noisy-taken-for", [np.argmax(output(x)) + 1 for x in NOISY])
    note(lesson, "noisy-confidence", [np.max(output(x)) for x in NOISY])


def mask(y, ratio):
    ym = np.zeros_like(y)
    num = round(y.size * (1 - ratio))
    ym[np.random.choice(y.size, num, replace=False)] = 1.0 / (1.0 - ratio)
    return ym


def dropout(epochs, lesson):
    np.random.seed(2)
    note(lesson, "mask", mask(np.zeros((20, 1)), 0.2))
    third = {}
    for name in ("course", "right"):
        W = start(2)
        for epoch in range(epochs):
            for k in range(5):
                handed, results, masks = [DIGITS[k]], [], []
                for layer in range(3):
                    results.append(sigmoid(np.matmul(W[layer], handed[-1])))
                    masks.append(mask(results[-1], 0.2))
                    handed.append(results[-1] * masks[-1])
                deltas = [LABELS[k] - softmax(np.matmul(W[3], handed[3]))]
                for layer in (2, 1, 0):
                    e = np.matmul(W[layer + 1].T, deltas[0])
                    y = handed[layer + 1]
                    slope = y * (1 - y)
                    if name == "right":
                        slope = results[layer] * (1 - results[layer]) * masks[layer]
                    deltas.insert(0, slope * e)
                if epoch == 0 and k == 0:
                    third[name] = deltas[2]
                for layer in range(4):
                    W[layer] = W[layer] + 0.01 * deltas[layer] * handed[layer].T

        def output(x):
            return softmax(W[3] @ sigmoid(W[2] @ sigmoid(W[1] @ sigmoid(W[0] @ x))))

        note(lesson, f"{name}-probabilities", [output(DIGITS[k])[k] for k in range(5)])
        note(lesson, f"{name}-noisy-taken-for", [np.argmax(output(x)) + 1 for x in NOISY])
        note(lesson, f"{name}-noisy-confidence", [np.max(output(x)) for x in NOISY])


    slip(lesson, "delta-3", third["course"], third["right"])


# Notebook 002


def hand_weights():
    lesson = "hand-weights"
    data = np.array(([1], [2], [3]))
    target = np.array(([0.5], [0.1]))
    w = [np.array(m) for m in (
        [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], [[0.7, 0.8], [0.9, 0.1]], [[0.2, 0.4], [0.6, 0.8]])]
    b = [0.5, 0.3, 0.1]

    def slope(y):
        return y * (1 - y)

    def forward(w, b):
        outs = [data]
        for i in range(len(w)):
            outs.append(sigmoid(w[i].T @ outs[-1] + b[i]))
        return outs

    outs = forward(w[:2], b)
    delta = (outs[2] - target) * slope(outs[2])
    hidden = (w[1] @ delta) * slope(outs[1])
    note(lesson, "predict", outs[2])
    note(lesson, "hidden-output-1", outs[1])
    note(lesson, "cost", 0.5 * (outs[2] - target) ** 2)
    note(lesson, "delta-output", delta)
    note(lesson, "delta-hidden", hidden)
    note(lesson, "w-diff-output", delta @ outs[1].T)
    note(lesson, "w-diff-hidden", hidden @ outs[0].T)
    note(lesson, "gradient-w-1", (delta @ outs[1].T).T)
    note(lesson, "gradient-w-0", (hidden @ outs[0].T).T)
    course = [np.sum(hidden * b[0]), np.sum(delta * b[1])]
    right = [np.sum(hidden), np.sum(delta)]
    note(lesson, "b-diff-course", course)
    slip(lesson, "b-diff", course, right)
    note(lesson, "gradient-b", right)
    new = [w[0] - (hidden @ outs[0].T).T, w[1] - (delta @ outs[1].T).T]
    note(lesson, "new-w-0", new[0])
    note(lesson, "new-w-1", new[1])
    for name, steps in (("-course", course), ("", right)):
        biases = [b[0] - steps[0], b[1] - steps[1]]
        if name:
            note(lesson, "new-b-course", biases)
        else:
            slip(lesson, "new-b", found[lesson]["new-b-course"], biases)
        cost = 0.5 * np.sum((forward(new, biases)[2] - target) ** 2)
        note(lesson, "cost-after" + name, cost)
    note(lesson, "cost-before", 0.5 * np.sum((outs[2] - target) ** 2))
    outs = forward(w, b)
    delta3 = (outs[3] - target) * slope(outs[3])
    delta2 = (w[2] @ delta3) * slope(outs[2])
    slip(lesson, "delta-three-layers", (w[2] @ delta2) * slope(outs[1]),
         (w[1] @ delta2) * slope(outs[1]))


# Notebook 003

HOURS = np.array([[3, 5], [5, 1], [10, 2]])
GRADES = np.array([[0.75], [0.82], [0.93]])


def sigmoid_prime(z):
    return np.exp(-z) / np.power(1 + np.exp(-z), 2)


def study_hours():
    lesson = "study-hours"
    np.random.seed(3)
    W1, W2 = np.random.randn(2, 3), np.random.randn(3, 1)
    y_hat = sigmoid(sigmoid(HOURS.dot(W1)).dot(W2))
    note(lesson, "forward-prediction", y_hat)
    note(lesson, "forward-loss", np.power(GRADES - y_hat, 2) / 2)
    note(lesson, "forward-loss-sum", np.sum(np.power(GRADES - y_hat, 2) / 2))
    z = np.array([float(i) for i in range(-10, 10)])
    note(lesson, "sigmoid", sigmoid(z))
    note(lesson, "sigmoid-prime", sigmoid_prime(z))
    note(lesson, "chain-rule", 2 * (3 + 7) * (6 + 7))
    slip(lesson, "chain-rule-formula", "(g · x)′ = (g · x) g′", "(g(f(x)))′ = g′(f(x)) · f′(x)")
    slip(lesson, "sigmoid-plot", np.argmax(sigmoid_prime(z)), z[np.argmax(sigmoid_prime(z))])
    with np.errstate(all="ignore"):
        slip(lesson, "sigmoid-prime-far", str(sigmoid_prime(-800.0)), 0.0)
    np.random.seed(3)
    W1, W2 = np.random.randn(2, 4), np.random.randn(4, 1)
    for epoch in range(100):
        z1 = HOURS.dot(W1)
        a1 = sigmoid(z1)
        z2 = a1.dot(W2)
        y_hat = sigmoid(z2)
        loss = np.sum(np.power(GRADES - y_hat, 2) / 2)
        delta1 = (y_hat - GRADES) * sigmoid_prime(z2)
        grad2 = a1.T.dot(delta1)
        grad1 = HOURS.T.dot(np.dot(delta1, W2.T) * sigmoid_prime(z1))
        if epoch == 0:
            for way in ("", "-backward"):
                note(lesson, "w1-gradient" + way, grad1)
                note(lesson, "w2-gradient" + way, grad2)
            slip(lesson, "loss-halved-twice", loss / 2, loss)
        if epoch in (0, 27, 99):
            note(lesson, f"loss-{epoch}", loss)
        W1 -= grad1
        W2 -= grad2
    note(lesson, "prediction", sigmoid(sigmoid(HOURS.dot(W1)).dot(W2)))


def study_hours_practice():
    lesson = "study-hours-practice"

    def train(seed, x, hidden, slope):
        np.random.seed(seed)
        w1, w2, w3 = np.random.randn(2, 4), np.random.randn(4, 4), np.random.randn(4, 1)
        losses = []
        for _ in range(100):
            z1 = x.dot(w1)
            a1 = hidden(z1)
            z2 = a1.dot(w2)
            a2 = hidden(z2)
            z3 = a2.dot(w3)
            y_hat = sigmoid(z3)
            losses.append(np.sum(np.power(GRADES - y_hat, 2) / 2))
            delta1 = (y_hat - GRADES) * sigmoid_prime(z3)
            grad3 = a2.T.dot(delta1)
            delta2 = np.dot(delta1, w3.T) * slope(z2)
            grad2 = np.dot(a1.T, delta2)
            delta3 = np.dot(delta2, w2.T) * slope(z1)
            grad1 = np.dot(x.T, delta3)
            w3 -= grad3
            w2 -= grad2
            w1 -= grad1
        return losses, sigmoid(hidden(hidden(x.dot(w1)).dot(w2)).dot(w3))

    losses, y_hat = train(3, HOURS, sigmoid, sigmoid_prime)
    for epoch in (0, 27):
        slip(lesson, f"loss-{epoch}", losses[epoch] / 2, losses[epoch])
    note(lesson, "loss-99", losses[99])
    note(lesson, "loss-99-backward", losses[99])
    note(lesson, "prediction", y_hat)
    x = HOURS.copy()
    x[x < 0] = 0
    x[x > 0] = 1
    note(lesson, "leru-prime", x)
    slip(lesson, "x-after", x, HOURS)
    slip(lesson, "leru", "z[z < 0] = 0; return z1", relu(np.array([-2.0, 0, 3])))
    losses, y_hat = train(3, x, sigmoid, sigmoid_prime)
    note(lesson, "ruined-prediction", y_hat)
    note(lesson, "ruined-loss", losses[99])
    note(lesson, "ruined-limit", np.sum((GRADES - GRADES.mean()) ** 2) / 2)
    losses, y_hat = train(3, HOURS, relu, lambda z: z > 0)
    note(lesson, "relu-loss-0", losses[0])
    note(lesson, "relu-loss-99", losses[99])
    note(lesson, "relu-prediction", y_hat)
    losses, y_hat = train(2, HOURS, relu, lambda z: z > 0)
    note(lesson, "dead-prediction", y_hat)
    note(lesson, "dead-loss", losses[99])


streetlights()
one_step()
delta_rule()
xor()
digits(10000, "digits-5x5")
digits(1000, "digits-5x5 --brief")
dropout(10000, "dropout")
dropout(500, "dropout --brief")
hand_weights()
study_hours()
study_hours_practice()

# Each figure of the notebooks: where it stands, what is printed there, and which value of which
# lesson it is. A claim takes the place of a value that depends on how long a lesson trains.
FIGURES = [
    ("000, weights of seed 1", "", "streetlights", "weights-0-1"),
    ("000, weights of seed 1", "", "streetlights", "weights-1-2"),
    ("000, first forward pass", "", "streetlights", "first-layer-1"),
    ("000, first forward pass", "", "streetlights", "first-layer-2"),
    ("000, backpropagation in code",
     "0.6342311598444467 0.35838407676317513 0.0830183113303298 0.006467054957103705 "
     "0.0003292669000750734 1.5055622665134859e-05", "streetlights", "errors"),
    ("000, putting it all together",
     "0.6342311598444467 0.35838407676317513 0.0830183113303298 0.006467054957103705 "
     "0.0003292669000750734 1.5055622665134859e-05", "streetlights", "errors-subtracting"),
    ("000, by `backward()`", "", "streetlights", "errors-backward"),
] + [
    ("000, one iteration", "", "streetlights-one-step", name) for name in (
        "weights-0-1", "weights-1-2", "layer-0", "layer-1-sums", "layer-1", "layer-2", "error",
        "layer-2-delta", "layer-1-delta-before", "layer-1-delta", "weight-delta-1-2",
        "weight-delta-0-1", "new-weights-0-1", "new-weights-1-2")
] + [
    ("001, first predictions", "0.43486653 0.49042684 0.27729956 0.3242801", "delta-rule",
     "first-predictions"),
    ("001, weights, second line", "0.47429761 -0.55793964 0.32402775", "delta-rule", "weights-2"),
    ("001, weights, third line", "0.65618083 -0.53973048 0.28925323", "delta-rule", "weights-3"),
    ("001, weights, last but two", "9.5650718 -0.2090675 -4.57477696", "delta-rule",
     "weights-9998"),
    ("001, weights, last but one", "9.56517437 -0.20906715 -4.57482852", "delta-rule",
     "weights-9999"),
    ("001, weights, last line", "9.56527693 -0.2090668 -4.57488008", "delta-rule",
     "weights-10000"),
    ("001, predictions", "0.01020237 0.00829357 0.993243 0.99168488", "delta-rule", "predictions"),
    ("001, XOR with one layer", "0.52965337 0.5 0.47034663 0.44090112", "delta-rule",
     "xor-predictions-seed-0"),
    ("001, XOR with one layer", "0.52965337 0.5 0.47034663 0.44090112", "delta-rule",
     "xor-predictions-seed-1"),
    ("001, XOR, four hidden units", "no seed: 0.00756898 0.98994333 0.98986829 0.01421657",
     "xor-backprop", "squared-predictions"),
    ("001, XOR, four hidden units", "", "xor-backprop", "squared-error", "<= 0.02"),
    ("001, XOR, cross-entropy", "no seed: 7.64196953e-05 0.99932061 0.99976409 0.00106609",
     "xor-backprop", "entropy-predictions"),
    ("001, XOR, cross-entropy", "", "xor-backprop", "entropy-error", "<= 0.002"),
] + [
    ("001, five digits, Y=%d" % k, "[%d]" % k, "digits-5x5", "argmax-%d" % k) for k in range(1, 6)
] + [
    ("001, five digits", "no seed: 0.999985781 0.999955743 0.999971751 0.999981046 0.999966483",
     "digits-5x5", "right-probabilities", ">= 0.99"),
    ("001, dropout, a mask", "", "dropout", "mask"),
    ("001, dropout, units kept", "", "dropout", "mask-kept", "16"),
    ("001, dropout, mean of a mask", "", "dropout", "mask-mean", "1.0"),
    ("002, data", "1 2 3", "hand-weights", "data", "1 2 3"),
    ("002, target", "0.5 0.1", "hand-weights", "target", "0.5 0.1"),
    ("002, w[0]", "0.1 0.2 0.3 0.4 0.5 0.6", "hand-weights", "w-0", "0.1 0.2 0.3 0.4 0.5 0.6"),
    ("002, w[1]", "0.7 0.8 0.9 0.1", "hand-weights", "w-1", "0.7 0.8 0.9 0.1"),
    ("002, b", "0.5 0.3", "hand-weights", "b", "0.5 0.3"),
    ("002, predict", "0.86103399 0.75879129", "hand-weights", "predict"),
    ("002, hidden_output_array[0]", "1 2 3", "hand-weights", "hidden-output-0", "1 2 3"),
    ("002, hidden_output_array[1]", "0.93702664 0.96442881", "hand-weights", "hidden-output-1"),
    ("002, error_squared_sum", "0.06517277 0.21700298", "hand-weights", "cost"),
    ("002, delta_array[0]", "0.043199326918126744 0.1205766380251159", "hand-weights",
     "delta-output"),
    ("002, delta_array[1]", "0.007476326694688966 0.001747440588389323", "hand-weights",
     "delta-hidden"),
    ("002, w_diff, output",
     "0.040478920322688954 0.04166267548387157 0.11298352246660469 0.11628758361206636",
     "hand-weights", "w-diff-output"),
    ("002, w_diff, hidden",
     "0.007476326694688966 0.014952653389377932 0.0224289800840669 0.001747440588389323 "
     "0.003494881176778646 0.005242321765167969", "hand-weights", "w-diff-hidden"),
    ("002, b_diff", "0.0046118836415391445 0.04913278948297279", "hand-weights", "b-diff-course"),
    ("002, new_w[0]",
     "0.09252367330531104 0.19825255941161068 0.28504734661062203 0.39650511882322137 "
     "0.4775710199159331 0.594757678234832", "hand-weights", "new-w-0"),
    ("002, new_w[1]",
     "0.659521079677311 0.6870164775333953 0.8583373245161284 -0.01628758361206635",
     "hand-weights", "new-w-1"),
    ("002, new_b", "0.49538811635846086 0.2508672105170272", "hand-weights", "new-b-course"),
    ("003, loss of each row", "no seed: 0.01553813 0.00461452 0.0185075", "study-hours",
     "forward-loss"),
    ("003, chain rule", "2(3x²+7x)(6x+7)", "study-hours", "chain-rule"),
    ("003, sigmoid", "", "study-hours", "sigmoid"),
    ("003, sigmoid_prime", "", "study-hours", "sigmoid-prime"),
    ("003, w2_gred", "", "study-hours", "w2-gradient"),
    ("003, w1_gred", "", "study-hours", "w1-gradient"),
    ("003, 100 epochs, epoch 0", "no seed: 0.3202136753487873", "study-hours", "loss-0"),
    ("003, 100 epochs, epoch 27", "no seed: 0.002207500043323558", "study-hours", "loss-27"),
    ("003, 100 epochs, epoch 99", "", "study-hours", "loss-99"),
    ("003, exercise 1, epoch 99", "", "study-hours-practice", "loss-99"),
    ("003, leru_prime(x)", "1 1 1 1 1 1", "study-hours-practice", "leru-prime"),
    ("003, ReLU", "", "study-hours-practice", "relu-loss-99"),
]
SLIPS = [
    ("000, layer_2_delta", "streetlights", "sign-comment"),
    ("001, dropout, delta3", "dropout", "delta-3"),
    ("002, b_diff", "hand-weights", "b-diff"),
    ("002, new_b", "hand-weights", "new-b"),
    ("002, w[0] in cal_delta", "hand-weights", "delta-three-layers"),
    ("003, step 3_2", "study-hours", "chain-rule-formula"),
    ("003, the derivative's peak", "study-hours", "sigmoid-plot"),
    ("003, sigmoid_prime(-800)", "study-hours", "sigmoid-prime-far"),
    ("003, loss of the step code", "study-hours", "loss-halved-twice"),
    ("003, exercise 1, epoch 0", "study-hours-practice", "loss-0"),
    ("003, exercise 1, epoch 27", "study-hours-practice", "loss-27"),
    ("003, x after leru_prime(x)", "study-hours-practice", "x-after"),
    ("003, leru of -2, 0 and 3", "study-hours-practice", "leru"),
]


def cell(value):
    if not isinstance(value, str):
        value = ", ".join(repr(float(v)) for v in np.asarray(value, float).ravel())
    return f"`{value}`" if value else ""


def table(header, rows):
    lines = [header, ["---"] * len(header)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def figure_rows(notebook):
    for where, course, lesson, name, *claim in FIGURES:
        if where.startswith(notebook):
            value = claim[0] if claim else found[lesson][name]
            yield [where, cell(course), cell(lesson), cell(name), cell(value)]


parts = []
for notebook, title in (("000", "a first deep network"), ("001", "from the delta rule to dropout"),
                        ("002", "weights by hand"), ("003", "study hours and grades")):
    parts.append(f"### Notebook {notebook}, {title}")
    rows = list(figure_rows(notebook))
    parts.append(table(["Where", "Course", "Lesson", "Name", "Value"], rows))
parts.append("### Slips of the notebooks")
parts.append(table(["Where", "Lesson", "Name", "Course", "Right"], [
    [where, cell(lesson), cell(name), cell(slips[lesson, name][0]), cell(slips[lesson, name][1])]
    for where, lesson, name in SLIPS]))

folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "course_notebooks.json"), "w") as file:
    json.dump(found, file, indent=1)
    file.write("\n")
document = os.path.join(folder, "../../docs/course.md")
with open(document) as file:
    text = file.read()
begin, end = "<!-- notebooks -->", "<!-- /notebooks -->"
before, after = text.split(begin)[0], text.split(end)[1]
with open(document, "w") as file:
    file.write(before + begin + "\n\n" + "\n\n".join(parts) + "\n\n" + end + after)
