"""Writes tensorboard/events.tfevents: an event file made by TensorBoard's own package.

  python3 Tests/Fixtures/make_tensorboard_fixtures.py     (needs tensorboard and numpy)

The buckets of the histogram are worked out here by NumPy: their limits are 1e-12 · 1.1ⁿ to either side
of 0, and of empty ones only those that say where the next begins are kept.
"""

import pathlib
import sys

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.summary.writer.record_writer import RecordWriter

FOLDER = pathlib.Path(__file__).parent
TIME = 1_700_000_000.25
VALUES = [-3.5, -0.01, 0.0, 1e-13, 0.01, 0.011, 0.5, 0.5, 2e19, 1e150]


def limits():
    positive, limit = [], 1e-12
    while limit < 1e20:
        positive.append(limit)
        limit *= 1.1
    positive.append(sys.float_info.max)
    return [-x for x in reversed(positive)] + [0.0] + positive


def histogram(values):
    edges = np.array(limits())
    counts = np.bincount(
        np.searchsorted(edges, np.array(values), side="right"), minlength=len(edges))
    buckets = []
    for index, count in enumerate(counts):
        if count == 0:
            continue
        if index > 0 and (not buckets or buckets[-1][0] < edges[index - 1]):
            buckets.append((edges[index - 1], 0.0))
        buckets.append((edges[index], float(count)))
    total, squares = 0.0, 0.0
    for value in values:
        total += value
        squares += value * value
    return HistogramProto(
        min=min(values), max=max(values), num=len(values), sum=total, sum_squares=squares,
        bucket_limit=[x for x, _ in buckets], bucket=[x for _, x in buckets])


def event(step, **value):
    return Event(
        wall_time=TIME, step=step, summary=Summary(value=[Summary.Value(**value)]))


def main():
    png = (FOLDER / "png" / "gray8.png").read_bytes()
    events = [
        Event(wall_time=TIME, file_version="brain.Event:2"),
        event(0, tag="loss/train", simple_value=0.0),
        event(1, tag="loss/train", simple_value=0.1),
        event(300, tag="größe", simple_value=-1e30),
        event(7, tag="weights", histo=histogram(VALUES)),
        event(7, tag="picture", image=Summary.Image(
            height=9, width=13, colorspace=1, encoded_image_string=png)),
        Event(wall_time=TIME, step=8, session_log=SessionLog(status=SessionLog.START)),
    ]
    path = FOLDER / "tensorboard" / "events.tfevents"
    path.parent.mkdir(exist_ok=True)
    with open(path, "wb") as file:
        writer = RecordWriter(file)
        for item in events:
            writer.write(item.SerializeToString(deterministic=True))
        writer.flush()


if __name__ == "__main__":
    main()
