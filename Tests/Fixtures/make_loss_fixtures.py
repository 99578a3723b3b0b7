"""Makes losses.json: losses of PyTorch, and their gradients, in float64.

Run with: python make_loss_fixtures.py          (needs torch and numpy)

Each loss is computed for each of SIZES, each time with another reduction. The inputs are drawn with NumPy's legacy
generator, in the order in which the functions below draw them, so that only results are written. The
gradients are those of the sum of the result times a last draw of its shape.
"""

import json
from pathlib import Path

import numpy
import torch
from torch.nn import functional as F

# Rows, columns (classes, or the length of vectors), and how large predictions are.
SIZES = [(3, 4, 1.0), (5, 2, 3.0), (2, 3, 100.0)]


class Draws:
    def __init__(self, seed, rows, columns, size):
        self.random = numpy.random.RandomState(seed)
        self.rows, self.columns, self.size = rows, columns, size
        self.inputs = []

    def variable(self, array):
        self.inputs.append(torch.tensor(array, requires_grad=True))
        return self.inputs[-1]

    def normal(self):
        return self.random.randn(self.rows, self.columns)

    def uniform(self, *shape):
        return torch.tensor(self.random.random_sample(shape))

    def predictions(self):
        return self.variable(self.normal() * self.size)

    def targets(self):
        return self.variable(self.normal())

    def labels(self, low=0):
        return torch.tensor(self.random.randint(low, self.columns, self.rows))

    def signs(self, *shape):
        return torch.tensor(self.random.randint(0, 2, shape) * 2.0 - 1)

    def probabilities(self):
        numbers = self.uniform(self.rows, self.columns) + 0.1
        return numbers / numbers.sum(1, keepdim=True)

    def log_probabilities(self):
        return F.log_softmax(self.predictions(), 1)


def pair(loss, **settings):
    return lambda d, r: loss(d.predictions(), d.targets(), reduction=r, **settings)


def cross_entropy(weighted=False, smoothing=0.0, ignored=None):
    def loss(d, r):
        x, y = d.predictions(), d.labels()
        weights = d.uniform(d.columns) + 0.2 if weighted else None
        if ignored is not None:
            y[0] = ignored
        return F.cross_entropy(
            x, y, weight=weights, label_smoothing=smoothing, reduction=r,
            ignore_index=-100 if ignored is None else ignored)

    return loss


def probability_cross_entropy(weighted=False, smoothing=0.0):
    def loss(d, r):
        x, t = d.predictions(), d.variable(d.probabilities().numpy())
        weights = d.uniform(d.columns) + 0.2 if weighted else None
        return F.cross_entropy(x, t, weight=weights, label_smoothing=smoothing, reduction=r)

    return loss


def nll(weighted=False, ignored=None):
    def loss(d, r):
        x, y = d.predictions(), d.labels()
        weights = d.uniform(d.columns) + 0.2 if weighted else None
        if ignored is not None:
            y[0] = ignored
        return F.nll_loss(
            x, y, weight=weights, reduction=r, ignore_index=-100 if ignored is None else ignored)

    return loss


def binary(weighted=False, positive=False):
    def loss(d, r):
        x, t = d.predictions(), d.variable(d.probabilities().numpy())
        weights = d.uniform(d.rows, 1) + 0.2 if weighted else None
        lifts = d.uniform(d.columns) * 5 if positive else None
        return F.binary_cross_entropy_with_logits(
            x, t, weight=weights, pos_weight=lifts, reduction=r)

    return loss


def kl(log=False):
    def loss(d, r):
        x, t = d.log_probabilities(), d.probabilities()
        return F.kl_div(x, d.variable((t.log() if log else t).numpy()), reduction=r, log_target=log)

    return loss


def poisson(**settings):
    def loss(d, r):
        x = d.normal()
        x = d.variable(x if settings.get("log_input", True) else numpy.exp(x))
        t = torch.tensor(d.random.randint(0, 5, (d.rows, d.columns)) * 1.0)
        return F.poisson_nll_loss(x, t, reduction=r, **settings)

    return loss


def hinge(margin):
    def loss(d, r):
        x = d.predictions()
        t = d.signs(d.rows, d.columns)
        return F.margin_ranking_loss(x, torch.zeros_like(x), t, margin=margin, reduction=r)

    return loss


def ranking(margin):
    def loss(d, r):
        a, b = d.predictions(), d.targets()
        return F.margin_ranking_loss(a, b, d.signs(d.rows, d.columns), margin=margin, reduction=r)

    return loss


def hinge_embedding(d, r):
    x = d.predictions()
    return F.hinge_embedding_loss(x, d.signs(d.rows, d.columns), margin=0.7, reduction=r)


def multiclass_hinge(d, r):
    x = d.predictions()
    return F.multi_margin_loss(x, d.labels(), margin=0.8, reduction=r)


def cosine(d, r):
    a, b = d.predictions(), d.targets()
    return F.cosine_embedding_loss(a, b, d.signs(d.rows), margin=0.1, reduction=r)


def triplet(**settings):
    def loss(d, r):
        a, p, n = d.predictions(), d.targets(), d.targets()
        return F.triplet_margin_loss(a, p, n, reduction=r, **settings)

    return loss


LOSSES = {
    "squared": pair(F.mse_loss),
    "absolute": pair(F.l1_loss),
    "huber": pair(F.huber_loss),
    "huber 0.3": pair(F.huber_loss, delta=0.3),
    "smooth l1": pair(F.smooth_l1_loss),
    "smooth l1 0.4": pair(F.smooth_l1_loss, beta=0.4),
    "smooth l1 0": pair(F.smooth_l1_loss, beta=0.0),
    "cross-entropy": cross_entropy(),
    "cross-entropy weighted": cross_entropy(weighted=True),
    "cross-entropy smoothed": cross_entropy(smoothing=0.1),
    "cross-entropy ignoring": cross_entropy(ignored=-100),
    "cross-entropy weighted smoothed ignoring": cross_entropy(True, 0.3, 1),
    "cross-entropy of probabilities": probability_cross_entropy(),
    "cross-entropy of probabilities weighted smoothed": probability_cross_entropy(True, 0.2),
    "nll": nll(),
    "nll weighted ignoring": nll(True, 0),
    "binary": binary(),
    "binary weighted": binary(weighted=True),
    "binary positive": binary(positive=True),
    "binary weighted positive": binary(True, True),
    "kl": kl(),
    "kl log": kl(log=True),
    "poisson log": poisson(),
    "poisson log full": poisson(full=True),
    "poisson": poisson(log_input=False),
    "poisson full": poisson(log_input=False, full=True, eps=1e-3),
    "hinge": hinge(1.0),
    "ranking": ranking(0.25),
    "hinge embedding": hinge_embedding,
    "multiclass hinge": multiclass_hinge,
    "cosine": cosine,
    "triplet": triplet(),
    "triplet 1 swapping": triplet(p=1.0, margin=0.5, swap=True),
    "triplet 3": triplet(p=3.0, margin=2.0),
}


def text(tensor):
    return " ".join(repr(float(v)) for v in tensor.detach().flatten())


def main():
    cases = []
    for number, (name, loss) in enumerate(LOSSES.items()):
        for index, (rows, columns, size) in enumerate(SIZES):
            reduction = ("mean", "sum", "none")[(number + index) % 3]
            draws = Draws(len(cases), rows, columns, size)
            value = loss(draws, reduction)
            cotangent = draws.uniform(*value.shape)
            gradients = torch.autograd.grad((value * cotangent).sum(), draws.inputs)
            cases.append({
                "loss": name,
                "size": index,
                "reduction": reduction,
                "value": text(value),
                "gradients": [text(g) for g in gradients],
            })
    path = Path(__file__).with_name("losses.json")
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


main()
