"""Runs the programs of the course's slides in NumPy and prints their figures as the tables of
docs/course.md.

    python3 Tests/Fixtures/make_course_slides.py

Values are what Python computes, with all digits; nothing here comes from this project's programs.
Paste the output between the marks `<!-- slides -->` and `<!-- /slides -->`.
"""

import numpy as np

rows, data_rows, long_rows, slips = [], [], [], []


def text(value):
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(text(v) for v in value) + "]"
    if isinstance(value, np.ndarray):
        return text(value.tolist())
    if isinstance(value, np.generic):
        return text(value.item())
    return repr(value)


def row(where, printed, lesson, name, value, table=rows):
    table.append((where, f"`{printed}`" if printed else "", f"`{lesson}`", f"`{name}`", f"`{text(value)}`"))


def slip(where, lesson, name, course, right):
    slips.append((where, f"`{lesson}`", f"`{name}`", f"`{text(course)}`", f"`{text(right)}`"))


def table(head, body):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cells) + " |" for cells in body])


# 01 Python ---------------------------------------------------------------------------------------

at = "01, arithmetic"
row(at, "8", "python-basics", "add", 5 + 3)
row(at, "2", "python-basics", "subtract", 5 - 3)
row(at, "15", "python-basics", "multiply", 5 * 3)
row(at, "1.6667", "python-basics", "divide", 5 / 3)
row(at, "1", "python-basics", "divide-whole", 5 // 3)
row(at, "2", "python-basics", "remainder", 5 % 3)
row(at, "125", "python-basics", "power", 5**3)
row("01, variables", "314.0", "python-basics", "product", 100 * 3.14)
a = [1, 2, 3, 4, 5]
at = "01, lists"
row(at, "[1, 2, 3, 4, 5]", "python-basics", "list", a)
row(at, "5", "python-basics", "list-count", len(a))
row(at, "2", "python-basics", "list-element", a[1])
row(at, "[1, 2]", "python-basics", "list-slice", a[0:2])
row(at, "'a'", "python-basics", "string-first", "abcde"[0])
row(at, "'cd'", "python-basics", "string-slice", "abcde"[-3:-1])
at = "01, dictionaries"
row(at, "180", "python-basics", "height", 180)
row(at, "70", "python-basics", "weight", 70)
hungry, sleepy = True, False
at = "01, bool"
row(at, "", "python-basics", "not-hungry", not hungry)
row(at, "False", "python-basics", "hungry-differs", hungry != hungry)
row(at, "False", "python-basics", "hungry-and-sleepy", hungry and sleepy)
row(at, "True", "python-basics", "hungry-or-sleepy", hungry or sleepy)
pairs = [(True, True), (True, False), (False, True), (False, False)]
row(at, "True True True False", "python-basics", "or-table", [p or q for p, q in pairs])
row(at, "True False False False", "python-basics", "and-table", [p and q for p, q in pairs])
row(at, "False True", "python-basics", "not-table", [not True, not False])
row("01, functions", "Hello Modu_Lab!", "python-basics", "hello", "Hello " + "Modu_Lab" + "!")
row("04, lambda", "6", "python-basics", "lambda", (lambda x, y: x * y)(2, 3))

at = "01, NumPy"
a = np.array([1, 2, 3])
row(at, "(3,)", "numpy-basics", "a-shape", str(a.shape))
row(at, "1 2 3", "numpy-basics", "a-elements", a)
b = np.array([[1, 2, 3], [4, 5, 6]])
row(at, "[[1, 2, 3] [4, 5, 6]]", "numpy-basics", "b", b)
row(at, "(2, 3)", "numpy-basics", "b-shape", str(b.shape))
row(at, "1 2 4", "numpy-basics", "b-elements", [b[0, 0], b[0, 1], b[1, 0]])
x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
at = "01, NumPy arithmetic"
row(at, "[ 3.  6.  9.]", "numpy-basics", "x+y", x + y)
row(at, "[-1. -2. -3.]", "numpy-basics", "x-y", x - y)
row(at, "[ 2.  8. 18.]", "numpy-basics", "x*y", x * y)
row(at, "[ 0.5  0.5  0.5]", "numpy-basics", "x/y", x / y)
row(at, "[ 0.5  1.  1.5]", "numpy-basics", "x/2", x / 2.0)
A, B = np.array([[1, 2], [3, 4]]), np.array([10, 20])
row("01, broadcasting", "(picture)", "numpy-basics", "scalar-times-matrix", A * 10)
row("01, broadcasting", "[[10, 40], [30, 80]]", "numpy-basics", "A*B", A * B)
a = np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
b = a[:2, 1:3]
at = "01, slices"
row(at, "[[2 3] [6 7]]", "numpy-basics", "slice", b.copy())
row(at, "2", "numpy-basics", "before", a[0, 1])
b[0, 0] = 77
row(at, "77", "numpy-basics", "after", a[0, 1])
row(at, "", "numpy-basics", "a", a)

# 02 Perceptron -----------------------------------------------------------------------------------


def gate(w1, w2, b):
    return lambda x1, x2: 1 if w1 * x1 + w2 * x2 + b > 0 else 0


AND, NAND, OR = gate(0.5, 0.5, -0.7), gate(-0.5, -0.5, 0.7), gate(0.5, 0.5, -0.2)
inputs = [(0, 0), (1, 0), (0, 1), (1, 1)]


def outputs(f):
    return [f(p, q) for p, q in inputs]


row("02, truth tables", "0 0 0 1", "gates", "AND", outputs(AND))
row("02, truth tables", "1 1 1 0", "gates", "NAND", outputs(NAND))
row("02, truth tables", "0 1 1 1", "gates", "OR", outputs(OR))
row("02, XOR", "1 1 1 0", "gates", "s1", outputs(NAND))
row("02, XOR", "0 1 1 1", "gates", "s2", outputs(OR))
row("02, XOR", "0 1 1 0", "gates", "XOR", outputs(lambda p, q: AND(NAND(p, q), OR(p, q))))

# 03 Forward Propagation --------------------------------------------------------------------------


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(a):
    e = np.exp(a - np.max(a))
    return e / np.sum(e)


x = np.array([-5.0, -1, 0, 1, 5])
row("03, step function", "(picture)", "activations", "step", (x > 0).astype(int))
row("03, sigmoid", "(picture)", "activations", "sigmoid", sigmoid(x))
row("03, ReLU", "(picture)", "activations", "relu", np.maximum(0, x))
row("03, identity", "(picture)", "activations", "identity", x)

x = np.array([1.0, 0.5])
A1 = np.dot(x, np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])) + np.array([0.1, 0.2, 0.3])
Z1 = sigmoid(A1)
A2 = np.dot(Z1, np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])) + np.array([0.1, 0.2])
Z2 = sigmoid(A2)
A3 = np.dot(Z2, np.array([[0.1, 0.3], [0.2, 0.4]])) + np.array([0.1, 0.2])
at = "03, three layers"
for name, value in (("A1", A1), ("Z1", Z1), ("A2", A2), ("Z2", Z2), ("A3", A3)):
    row(at, "", "three-layer-forward", name, value)
row(at, "[0.31682708 0.69627909]", "three-layer-forward", "y", A3)

a = np.array([0.3, 2.9, 4.0])
at = "03, softmax"
row(at, "", "softmax", "exp", np.exp(a))
row(at, "", "softmax", "sum-exp", np.sum(np.exp(a)))
row(at, "[ 0.01821127  0.24519181  0.73659691]", "softmax", "y", np.exp(a) / np.sum(np.exp(a)))
row(at, "[ 0.01821127  0.24519181  0.73659691]", "softmax", "softmax", softmax(a))
row(at, "1.0", "softmax", "softmax-sum", np.sum(softmax(a)))
row(at, "", "softmax", "softmax-large", softmax(np.array([1010.0, 1000, 990])))

at = "03, MNIST"
row(at, "60000", "mnist-inference", "train-count", 60000, data_rows)
row(at, "10000", "mnist-inference", "test-count", 10000, data_rows)
row(at, "5", "mnist-inference", "first-label", 5, data_rows)
row(at, "0.9352", "mnist-inference", "accuracy-one-by-one", 0.9352, data_rows)
row("03, batches", "0.9352", "mnist-inference", "accuracy-batches-of-100", 0.9352, data_rows)
row("03, batches", "", "mnist-inference", "accuracy-one-batch", 0.9352, data_rows)
row("05-1, parameters", "45360", "mnist-inference", "parameters", 784 * 50 + 50 + 50 * 100 + 100 + 100 * 10 + 10)

# 04 Loss Function --------------------------------------------------------------------------------

t = np.eye(10)[2]
y = np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])
row("04, squared error", "", "loss-functions", "squared-error", 0.5 * np.sum((y - t) ** 2))
row("04, cross-entropy", "", "loss-functions", "cross-entropy", -np.sum(t * np.log(y + 1e-7)))


def numerical_diff(f, x):
    return (f(x + 1e-4) - f(x - 1e-4)) / (2 * 1e-4)


def function_1(x):
    return 0.01 * x**2 + 0.1 * x


d = numerical_diff(function_1, 5)
row("04, tangent", "", "numerical-differentiation", "slope-at-5", d)
row("04, tangent", "", "numerical-differentiation", "intercept", function_1(5) - d * 5)
row("04, lambda", "", "numerical-differentiation", "lambda", (lambda x: x + 1)(2))
at = "04, partial derivatives"
row(at, "", "numerical-differentiation", "partial-0", numerical_diff(lambda x0: x0 * x0 + 4.0**2.0, 3.0))
row(at, "", "numerical-differentiation", "partial-1", numerical_diff(lambda x1: 3.0**2.0 + x1 * x1, 4.0))
row(at, "", "numerical-differentiation", "backward", [6.0, 8.0])

at = "04, gradient of a network"
np.random.seed(0)
W = np.random.randn(2, 3)
x, t = np.array([0.6, 0.9]), np.array([0, 0, 1])
s = softmax(np.dot(x, W))
row(at, "(not seeded)", "gradient-of-a-network", "W", W)
row(at, "(not seeded)", "gradient-of-a-network", "loss", -np.log(s[2]))
row(at, "(not seeded)", "gradient-of-a-network", "dW", np.outer(x, s - t))
row(at, "", "gradient-of-a-network", "difference", "<= 1e-8")
second = np.array([0.56060691, 0.28929408, -0.84990099])
row(at, "[ 0.56060691  0.28929408 -0.84990099], second row of dW", "gradient-of-a-network", "course-dW",
    np.outer([0.6, 0.9], second / 0.9))

at = "04, learning MNIST"
row(at, "", "learning-mnist", "parameters", 784 * 50 + 50 + 50 * 10 + 10)
row(at, "", "learning-mnist", "first-loss", "<= 2.35")
row(at, "", "learning-mnist", "numerical-difference", "<= 1e-8")
row(at, "(picture)", "learning-mnist", "evaluations", 17, long_rows)
row(at, "(picture, not seeded)", "learning-mnist", "train-accuracy", ">= 0.94", long_rows)
row(at, "(picture, not seeded)", "learning-mnist", "test-accuracy", ">= 0.94", long_rows)

# 05 Backpropagation ------------------------------------------------------------------------------

apple, apple_num, orange, orange_num, tax = 100, 2, 150, 3, 1.1
at = "05, apples"
row(at, "220", "computational-graph", "price", apple * apple_num * tax)
row(at, "2.2", "computational-graph", "dApple", 1 * tax * apple_num)
row(at, "110", "computational-graph", "dAppleNum", 1 * tax * apple)
row(at, "200", "computational-graph", "dTax", apple * apple_num)
row(at, "222.2", "computational-graph", "dearer", 101 * 2 * 1.1)
at = "05, apples and oranges"
both = apple * apple_num + orange * orange_num
row(at, "715", "computational-graph", "both-price", both * tax)
row(at, "2.2", "computational-graph", "both-dApple", 1 * tax * apple_num)
row(at, "110", "computational-graph", "both-dAppleNum", 1 * tax * apple)
row(at, "3.3", "computational-graph", "both-dOrange", 1 * tax * orange_num)
row(at, "165", "computational-graph", "both-dOrangeNum", 1 * tax * orange)
row(at, "650", "computational-graph", "both-dTax", both)
at = "05, chain rule"
row(at, "2t", "computational-graph", "dz/dt", 2 * (1 + 2))
row(at, "2(x + y)", "computational-graph", "dz/dx", 2 * (1 + 2))
row("05, addition", "1.3, 1.3", "computational-graph", "add-node", [1.3, 1.3])
row("05, multiplication", "(picture)", "computational-graph", "multiply-node", [1.3 * 5, 1.3 * 10])

at = "05, ReLU"
x = np.array([1, 2, 3, -5, 10])
row(at, "", "layers-backward", "mask", x <= 0)
row(at, "", "layers-backward", "masked", np.where(x <= 0, 100, x))
row(at, "", "layers-backward", "relu-backward", (x > 0).astype(int))
at = "05, sigmoid"
y = sigmoid(1.0)
row(at, "", "layers-backward", "sigmoid-y", y)
row(at, "-y²", "layers-backward", "after-divide", -(y**2))
row(at, "-y²", "layers-backward", "after-add", -(y**2))
row(at, "-y² exp(-x)", "layers-backward", "after-exp", -(y**2) * np.exp(-1.0))
row(at, "y² exp(-x)", "layers-backward", "after-multiply", y**2 * np.exp(-1.0))
row(at, "y(1 - y)", "layers-backward", "sigmoid-backward", y * (1 - y))
at = "05, layers"
X, W = np.array([[1.0, 0.5], [-1.0, 2.0]]), np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])
dY = np.array([[1.0, 2, 3], [4, 5, 6]])
row(at, "", "layers-backward", "dX", dY @ W.T)
row(at, "", "layers-backward", "dW", X.T @ dY)
row(at, "", "layers-backward", "dB", dY.sum(axis=0))
s = softmax(np.array([0.3, 2.9, 4.0]))
row(at, "", "layers-backward", "softmax-loss", -np.log(s[2]))
row(at, "", "layers-backward", "softmax-loss-backward", s - np.array([0, 0, 1]))
for name in ("hidden.weight", "hidden.bias", "output.weight", "output.bias"):
    row("05, gradient check", "", "layers-backward", "difference-" + name, "<= 1e-8")

# Slips -------------------------------------------------------------------------------------------

slip("01, dictionaries", "python-basics", "dictionary-order", "{'weight' : 70, 'height' : 180}", str({"height": 180, "weight": 70}))
slip("01, functions", "python-basics", "function-colon", "def hello(object)", "def hello(object):")
slip("01, NumPy", "numpy-basics", "a-changed", "[5, 2, 3]", str(np.array([5, 2, 3])))
slip("02, NAND's bias", "gates", "NAND-bias", outputs(gate(-0.5, -0.5, -0.7)), outputs(NAND))
slip("02, sums of zero", "gates", "at-zero", "AND, NAND: 1 if sum >= 0; OR: 1 if sum > 0", "1 if sum > 0")
slip("02, what is printed", "gates", "printed-result", "print(result) after AND(0, 0), NAND(0, 0), OR(0, 0)", [AND(0, 0), NAND(0, 0), OR(0, 0)])
slip("05-1, layers as one product", "gates", "without-step", [0, 0, 0, 0], [0, 1, 1, 0])
slip("03, `np.int`", "activations", "np-int", "np.array(x > 0, dtype = np.int)", "(x > 0).astype(int)")
x = np.array([-5.0, -1, 0, 1, 5])
slip("05-1, threshold of a sigmoid", "activations", "threshold", str(sigmoid(x) > 0), str(sigmoid(x) > 0.5))
slip("05-1, slopes", "activations", "continuous-everywhere", "Sigmoid and ReLU: differentiable", "Sigmoid: differentiable; ReLU: everywhere but at 0")
slip("03, the shape of W⁽¹⁾", "three-layer-forward", "W1-shape", "W⁽¹⁾ of shape (3, 3), rows w₁₁ w₁₂ w₁₃ …", "(2, 3)")
y, t = np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]), np.eye(10)[2]
slip("04, mean squared error", "loss-functions", "mean", 0.5 * np.sum((y - t) ** 2), np.mean((y - t) ** 2))
slip("04, h = 1e-50", "numerical-differentiation", "h-too-small", (function_1(5 + 1e-50) - function_1(5)) / 1e-50, d)
slip("04, field of gradients", "numerical-differentiation", "field-as-one-point", "<= 1e-8", "<= 1e-10")
slip("04, `fig.gca`", "numerical-differentiation", "gca", "fig.gca(projection='3d')", "fig.add_subplot(projection='3d')")
slip("04, label of simpleNet", "gradient-of-a-network", "label", "t = np.array([0, 1])", [0, 0, 1])
slip("04, first row of dW", "gradient-of-a-network", "course-first-row", [0.37337484, 0.19236272, -0.56660066], second / 0.9 * 0.6)
slip("03, softmax of a batch", "mnist-inference", "softmax-of-a-batch", "<= 0.5", ">= 0.99999")
slip("05-1, update rule", "learning-mnist", "update-rule", 0.5 - 0.5 * 0.1 * 2.0, 0.5 - 0.1 * 2.0)
slip("05, `int(price)`", "computational-graph", "int-price", int(100 * 2 * 1.15), round(100 * 2 * 1.15))
slip("05, local derivative", "computational-graph", "local-derivative", "E · ∂L/∂x", "E · ∂y/∂x")
slip("05, `dout` overwritten", "layers-backward", "dout-overwritten", [1, 1, 1, 0, 1], [1, 1, 1, 1, 1])

head = ("Where", "Course", "Lesson", "Name", "Value")
print(table(head, rows))
print("\n### With MNIST and the course's weights\n")
print(table(head, data_rows))
print("\n### With MNIST, in the full run of learning-mnist\n")
print(table(head, long_rows))
print("\n### Slips\n")
print(table(("Where", "Lesson", "Name", "Course", "Right"), slips))
