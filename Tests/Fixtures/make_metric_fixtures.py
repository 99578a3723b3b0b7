"""Makes metrics.json: metrics of scikit-learn.

Run with: python make_metric_fixtures.py          (needs scikit-learn and numpy)

Of each case the file holds what goes in, and what scikit-learn makes of it. Scores are rounded to few
digits, so that many are equal.
"""

import json
import warnings
from pathlib import Path

import numpy
from sklearn import metrics
from sklearn.utils.class_weight import compute_class_weight

warnings.simplefilter("ignore")
random = numpy.random.RandomState(0)


def classes(count, rows, digits, skewed=False, missing=None):
    shares = numpy.arange(1, count + 1) ** 2.0 if skewed else numpy.ones(count)
    if missing is not None:
        shares[missing] = 0
    labels = random.choice(count, rows, p=shares / shares.sum())
    if missing is None:
        labels[:count] = range(count)
    scores = random.randn(rows, count) * 0.7
    scores[numpy.arange(rows), labels] += 1
    scores = scores.round(digits)
    exponentials = numpy.exp(scores)
    probabilities = exponentials / exponentials.sum(1, keepdims=True)
    predicted = scores.argmax(1)
    all_labels = list(range(count))
    result = {
        "classes": count,
        "labels": labels.tolist(),
        "scores": scores.ravel().tolist(),
        "confusion": metrics.confusion_matrix(labels, predicted, labels=all_labels).tolist(),
        "logLoss": metrics.log_loss(labels, probabilities, labels=all_labels),
        "accuracy": metrics.accuracy_score(labels, predicted),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, predicted),
    }
    for name, function in [
        ("precision", metrics.precision_score),
        ("recall", metrics.recall_score),
        ("f1", metrics.f1_score),
    ]:
        result[name] = {
            average: function(labels, predicted, average=average, zero_division=0)
            for average in ("macro", "micro", "weighted")
        }
        result[name + "OfClass"] = function(
            labels, predicted, labels=all_labels, average=None, zero_division=0
        ).tolist()
    if digits > 1 and count > 2:
        # Without ties: scikit-learn breaks them by position, from the last class.
        result["topK"] = {
            str(k): metrics.top_k_accuracy_score(labels, scores, k=k, labels=all_labels)
            for k in range(1, count)
        }
    if missing is None:
        result["rocAUC"] = {
            average: metrics.roc_auc_score(labels, probabilities, multi_class="ovr", average=average)
            for average in ("macro", "micro", "weighted")
        } if count > 2 else {}
        occurring, counts = numpy.unique(labels, return_counts=True)
        result["balancedWeights"] = compute_class_weight(
            "balanced", classes=occurring, y=labels).tolist()
    return result


def binary(rows, digits, share):
    labels = (random.random_sample(rows) < share).astype(int)
    labels[:2] = [0, 1]
    scores = (random.randn(rows) + labels).round(digits)
    false_positives, true_positives, thresholds = metrics.roc_curve(
        labels, scores, drop_intermediate=False)
    return {
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "area": metrics.roc_auc_score(labels, scores),
        "falsePositiveRates": false_positives.tolist(),
        "truePositiveRates": true_positives.tolist(),
        "thresholds": thresholds[1:].tolist(),
    }


def probabilities(rows, count, exact):
    labels = random.randint(0, count, rows)
    numbers = random.random_sample((rows, count)) ** 4
    numbers /= numbers.sum(1, keepdims=True)
    if exact:
        numbers = numpy.eye(count)[random.randint(0, count, rows)]
    return {
        "classes": count,
        "labels": labels.tolist(),
        "probabilities": numbers.ravel().tolist(),
        "logLoss": metrics.log_loss(labels, numbers, labels=list(range(count))),
    }


def regression(rows, offset, noise):
    targets = random.randn(rows) + offset
    predictions = targets + random.randn(rows) * noise
    return {
        "targets": targets.tolist(),
        "predictions": predictions.tolist(),
        "meanSquaredError": metrics.mean_squared_error(targets, predictions),
        "rootMeanSquaredError": metrics.root_mean_squared_error(targets, predictions),
        "meanAbsoluteError": metrics.mean_absolute_error(targets, predictions),
        "rSquared": metrics.r2_score(targets, predictions),
    }


cases = {
    "classes": [
        classes(3, 40, 6),
        classes(4, 60, 1),
        classes(5, 80, 6, skewed=True),
        classes(4, 30, 6, missing=2),
        classes(2, 25, 3),
    ],
    "binary": [binary(50, 3, 0.5), binary(60, 1, 0.2), binary(40, 0, 0.5), binary(2, 0, 0.5)],
    "probabilities": [probabilities(20, 3, False), probabilities(12, 3, True)],
    "regression": [regression(30, 0, 0.3), regression(20, 1000, 2), regression(2, 0, 1)],
}
groups = [
    f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in group) + "\n]"
    for name, group in cases.items()
]
Path(__file__).with_name("metrics.json").write_text("{\n" + ",\n".join(groups) + "\n}\n")
