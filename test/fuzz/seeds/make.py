"""Makes the networks of this folder: operations that the other fixtures lack, a few in each network.

Run by hand with OpenVINO's Python package: `python make.py`.
"""

from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset2, opset13 as op

FOLDER = Path(__file__).resolve().parent


def floats(*shape):
    return np.random.default_rng(len(shape)).standard_normal(shape).astype(np.float32)


def ints(*values):
    return op.constant(np.array(values, dtype=np.int64))


def parameter(name, *shape, kind=np.float32):
    node = op.parameter(list(shape), kind, name=name)
    node.get_output_tensor(0).set_names({name})
    return node


def save(name, outputs, inputs, sinks=()):
    model = ov.Model([op.result(output) for output in outputs], list(sinks), inputs, name)
    ov.serialize(model, FOLDER / f"{name}.xml")
    ov.Core().compile_model(model, "CPU")


def indexing():
    x, i = parameter("x", 4, 6), parameter("i", 3, kind=np.int64)
    sliced = op.strided_slice(x, ints(0, 1), ints(4, 6), ints(2, 2), [0, 0], [0, 0])
    scattered = op.scatter_nd_update(x, op.constant(np.array([[0], [2]])), op.constant(floats(2, 6)))
    outputs = [
        op.gather(x, i, ints(0)),
        sliced,
        op.slice(x, ints(1), ints(5), ints(2), ints(1)),
        op.scatter_update(x, ints(1, 3), op.constant(floats(2, 6)), ints(0)),
        op.gather_nd(scattered, op.constant(np.array([[0, 1], [3, 5]]))),
        op.gather_elements(x, op.constant(np.array([[0, 1, 2, 3, 0, 1]])), 0),
        op.one_hot(i, op.constant(6), op.constant(1.0), op.constant(0.0), -1),
        op.embedding_bag_offsets_sum(x, ints(0, 2, 3), ints(0, 2)),
    ]
    save("indexing", [output.output(0) for output in outputs], [x, i])


def spatial():
    x = parameter("x", 1, 4, 8, 8)
    boxes = op.constant(np.array([[0, 0, 4, 4]], dtype=np.float32))
    grouped = op.group_convolution(x, op.constant(floats(2, 2, 2, 3, 3)), [1, 1], [1, 1], [1, 1], [1, 1])
    outputs = [
        op.interpolate(x, ints(4, 16), "linear_onnx", "sizes", axes=ints(2, 3)),
        op.convolution_backprop_data(x, op.constant(floats(4, 2, 2, 2)), [2, 2]),
        grouped,
        op.roi_align(x, boxes, op.constant(np.array([0])), 2, 2, 2, 1.0, "avg"),
        opset2.roi_pooling(x, op.constant(np.array([[0, 0, 0, 4, 4]], dtype=np.float32)), [2, 2], 1.0, "max"),
        op.avg_pool(x, [2, 2], [1, 1], [0, 0], [3, 3], True),
        op.depth_to_space(x, "blocks_first", 2),
        op.space_to_batch(x, ints(1, 1, 2, 2), ints(0, 0, 0, 0), ints(0, 0, 0, 0)),
        op.pad(x, ints(0, 0, 1, 2), ints(0, 0, 2, 1), "reflect"),
        op.mvn(x, ints(2, 3), True, 1e-5, "inside_sqrt"),
        op.lrn(x, ints(1), 1e-4, 0.75, 1.0, 3),
        op.fake_quantize(x, *[op.constant(np.float32(v)) for v in (-1, 1, -1, 1)], 256),
        op.extract_image_patches(x, [2, 2], [2, 2], [1, 1], "valid"),
    ]
    save("spatial", [output.output(0) for output in outputs], [x])


def detection():
    boxes, scores = parameter("boxes", 1, 6, 4), parameter("scores", 1, 2, 6)
    top = op.topk(scores, op.constant(3), 2, "max", "value")
    suppressed = op.non_max_suppression(boxes, scores, op.constant(3), op.constant(np.float32(0.5)), op.constant(np.float32(0.1)))
    prior = op.prior_box_clustered(ints(4, 4), ints(32, 32), {"width": [4.0], "height": [4.0], "offset": 0.5})
    outputs = [top.output(0), top.output(1), suppressed.output(0), prior.output(0)]
    save("detection", outputs, [boxes, scores])


def sequences():
    x, state = parameter("x", 2, 3, 4), parameter("state", 2, 1, 5)
    lengths = op.constant(np.array([3, 2]))
    weights = [floats(1, 20, 4), floats(1, 20, 5), floats(1, 20)]
    lstm = op.lstm_sequence(x, state, state, lengths, *map(op.constant, weights), 5, "forward")
    gru = op.gru_sequence(
        x, state, lengths, *map(op.constant, [floats(1, 15, 4), floats(1, 15, 5), floats(1, 15)]), 5, "forward"
    )
    reverse = op.reverse_sequence(x, lengths, 0, 1)
    total = op.cum_sum(x, op.constant(1))
    parts = op.variadic_split(x, op.constant(2), ints(1, 3))
    outputs = [lstm.output(0), gru.output(0), reverse.output(0), total.output(0), parts.output(0), parts.output(1)]
    save("sequences", outputs, [x, state])


def control():
    x = parameter("x", 2, 3)
    item, total = parameter("item", 1, 3), parameter("total", 2, 3)
    added = op.add(total, item)
    go_on = op.constant(True)
    body = ov.Model([go_on, op.result(added)], [item, total], "body")
    loop = op.loop(op.constant(2), op.constant(True))
    loop.set_function(body)
    loop.set_sliced_input(item, x.output(0), 0, 1, 1, -1, 0)
    loop.set_merged_input(total, x.output(0), added.output(0))
    loop.set_special_body_ports([-1, 0])
    last = loop.get_iter_value(added.output(0), -1)

    then_x, else_x = parameter("then_x", 2, 3), parameter("else_x", 2, 3)
    then_result, else_result = op.result(op.relu(then_x)), op.result(op.negative(else_x))
    choice = op.if_op(op.greater(op.reduce_sum(x, ints(0, 1)), op.constant(np.float32(0))).output(0))
    choice.set_then_body(ov.Model([then_result], [then_x], "then"))
    choice.set_else_body(ov.Model([else_result], [else_x], "else"))
    choice.set_input(x.output(0), then_x, else_x)
    chosen = choice.set_output(then_result, else_result)

    each = parameter("each", 1, 3)
    doubled = op.result(op.multiply(each, op.constant(np.float32(2))))
    iterator = op.tensor_iterator()
    iterator.set_body(ov.Model([doubled], [each], "iteration"))
    iterator.set_sliced_input(each, x.output(0), 0, 1, 1, -1, 0)
    joined = iterator.get_concatenated_slices(doubled.output(0), 0, 1, 1, -1, 0)

    kept = op.read_value(op.constant(floats(2, 3)), "kept", ov.Type.f32, ov.PartialShape([2, 3]))
    save("control", [last, chosen, joined, kept.output(0)], [x], sinks=[op.assign(op.add(kept, x), "kept")])


for make in (indexing, spatial, detection, sequences, control):
    make()
