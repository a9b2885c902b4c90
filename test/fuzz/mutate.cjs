'use strict';
/** Ways to damage a file: functions from its bytes and a Random to new bytes. */

/** Numbers at which arithmetic is likely to fail. */
const numbers = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  127n,
  128n,
  255n,
  256n,
  65535n,
  65536n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 33n,
  2n ** 40n,
  2n ** 61n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
  -2n,
  -128n,
  -(2n ** 31n),
  -(2n ** 63n),
];

/** Replacements for a number or a name. */
const texts = [
  ...numbers.map(String),
  ...[
    '',
    ' ',
    '?',
    '-',
    '.',
    'nan',
    'inf',
    '-inf',
    '1e309',
    '-0',
    '0x10',
    '3.7',
    '1..2',
    '2..1',
    '1,',
    ',1',
    '[1,2',
    '1,1,1,1,1,1,1,1,1,1',
  ],
  ...[
    'true',
    'false',
    'f32',
    'f64',
    'f16',
    'bf16',
    'i4',
    'u1',
    'u4',
    'nf4',
    'i8',
    'i64',
    'u64',
    'boolean',
    'string',
    'dynamic',
    'FP32',
    'I64',
  ],
  ...[
    'explicit',
    'same_upper',
    'valid',
    'ceil',
    'floor',
    'max',
    'min',
    'constructor',
    'ü',
    '&#0;',
    'a'.repeat(5000),
  ],
];

const operations = [
  ...[
    'Abs',
    'Add',
    'Assign',
    'AvgPool',
    'BatchNormInference',
    'BatchToSpace',
    'Broadcast',
    'Bucketize',
    'CTCGreedyDecoder',
    'Clamp',
    'Concat',
    'Const',
    'Convert',
    'Convolution',
  ],
  ...[
    'ConvolutionBackpropData',
    'CumSum',
    'DeformableConvolution',
    'DepthToSpace',
    'DetectionOutput',
    'Einsum',
    'Elu',
    'EmbeddingSegmentsSum',
    'Equal',
    'FakeQuantize',
    'Gather',
  ],
  ...[
    'GatherElements',
    'GatherND',
    'GatherTree',
    'GroupConvolution',
    'GRUCell',
    'If',
    'Interpolate',
    'LSTMCell',
    'LRN',
    'LogSoftmax',
    'Loop',
    'MatMul',
    'MaxPool',
    'Mod',
    'MVN',
  ],
  ...[
    'NonMaxSuppression',
    'NonZero',
    'NormalizeL2',
    'OneHot',
    'Pad',
    'Parameter',
    'PriorBox',
    'Proposal',
    'PSROIPooling',
    'RNNSequence',
    'ROIAlign',
    'Range',
    'ReadValue',
    'ReduceMean',
  ],
  ...[
    'RegionYolo',
    'ReorgYolo',
    'Reshape',
    'Result',
    'Reverse',
    'ReverseSequence',
    'Roll',
    'ScatterElementsUpdate',
    'ScatterNDUpdate',
    'ScatterUpdate',
    'Select',
    'ShapeOf',
    'ShuffleChannels',
  ],
  ...[
    'Slice',
    'Softmax',
    'SpaceToBatch',
    'SpaceToDepth',
    'Split',
    'Squeeze',
    'StridedSlice',
    'TensorIterator',
    'Tile',
    'TopK',
    'Transpose',
    'Unique',
    'Unsqueeze',
    'VariadicSplit',
  ],
];

/** ONNX's names for operations that IR calls differently. */
const onnxOperations = [
  ...[
    'Conv',
    'ConvTranspose',
    'Gemm',
    'Relu',
    'Constant',
    'ConstantOfShape',
    'Expand',
    'Flatten',
    'GlobalAveragePool',
    'GRU',
    'LSTM',
    'RNN',
    'Scan',
    'Shape',
    'Size',
    'Resize',
  ],
  ...[
    'QuantizeLinear',
    'DequantizeLinear',
    'MaxRoiPool',
    'Upsample',
    'Where',
    'Sum',
    'Identity',
    'Dropout',
    'InstanceNormalization',
    'QLinearConv',
    'Compress',
    'EyeLike',
    'SplitToSequence',
  ],
];

function splice(bytes, begin, end, middle) {
  return Buffer.concat([bytes.subarray(0, begin), middle, bytes.subarray(end)]);
}

/** A range of the bytes, mostly short. */
function stretch(bytes, random) {
  const begin = random.below(bytes.length + 1);
  const most = random.chance(0.8) ? 64 : bytes.length;
  return [begin, Math.min(bytes.length, begin + 1 + random.below(most))];
}

/** A number in a number of bytes, little-endian, truncated if it does not fit. */
function encoded(number, length) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, number));
  return bytes.subarray(0, length);
}

const onBytes = [
  function flipBits(bytes, random) {
    const copy = Buffer.from(bytes);
    const count = 1 + random.below(8);
    for (let i = 0; i < count; i += 1) copy[random.below(copy.length)] ^= 1 << random.below(8);
    return copy;
  },
  function changeBytes(bytes, random) {
    const copy = Buffer.from(bytes);
    const count = 1 + random.below(4);
    for (let i = 0; i < count; i += 1) copy[random.below(copy.length)] = random.below(256);
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function insert(bytes, random) {
    const at = random.below(bytes.length + 1);
    const more = Buffer.from(Array.from({ length: 1 + random.below(40) }, () => random.below(256)));
    return splice(bytes, at, at, more);
  },
  function remove(bytes, random) {
    return splice(bytes, ...stretch(bytes, random), Buffer.alloc(0));
  },
  function duplicate(bytes, random) {
    const [begin, end] = stretch(bytes, random);
    const times = random.chance(0.1) ? 200 : 1;
    const chunk = bytes.subarray(begin, end);
    return splice(bytes, end, end, Buffer.concat(Array.from({ length: times }, () => chunk)));
  },
  function moveChunk(bytes, random) {
    const chunk = bytes.subarray(...stretch(bytes, random));
    const at = random.below(bytes.length + 1);
    return splice(bytes, at, Math.min(bytes.length, at + chunk.length), chunk);
  },
  // Lengths and offsets of binary formats, and the numbers of constants.
  ...[2, 4, 8].map((length) =>
    Object.defineProperty(
      (bytes, random) => {
        const places = Math.floor(bytes.length / length);
        if (places === 0) return bytes;
        // Most of them are near the beginning.
        const at = length * random.below(random.chance(0.5) ? Math.min(places, 24) : places);
        const known = BigInt(bytes.readUIntLE(at, Math.min(length, 4)));
        const number = random.chance(0.7)
          ? random.pick(numbers)
          : known + BigInt(random.below(33) - 16);
        return splice(bytes, at, at + length, encoded(number, length));
      },
      'name',
      { value: `changeWord${length}` },
    ),
  ),
];

/** Replaces one match of a pattern; without a match the text is unchanged. */
function replaceOne(text, pattern, random, change) {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const match = random.pick(found);
  return text.slice(0, match.index) + change(match) + text.slice(match.index + match[0].length);
}

/** A replacement for a value, of the same kind or another. */
function otherValue(value, random) {
  const parts = value.split(',');
  if (parts.length > 1 && random.chance(0.6)) {
    const at = random.below(parts.length);
    if (random.chance(0.3))
      parts.splice(
        at,
        random.below(2),
        ...Array.from({ length: random.below(3) }, () => random.pick(texts)),
      );
    else parts[at] = random.pick(texts);
    return parts.join(',');
  }
  if (/^-?\d+$/.test(value) && random.chance(0.4))
    return String(BigInt(value) + BigInt(random.below(9) - 4));
  return random.pick(texts);
}

const layer = /<layer\b[\s\S]*?<\/layer>/g;
const edge = /<edge [^>]*\/>/g;

const onText = [
  function changeAttribute(text, random) {
    return replaceOne(
      text,
      /([\w-]+)="([^"]*)"/g,
      random,
      ([, name, value]) => `${name}="${otherValue(value, random)}"`,
    );
  },
  // The data element of a layer says what the layer does; most other elements are ports.
  function changeData(text, random) {
    return replaceOne(text, /<data [^>]*>/g, random, ([data]) =>
      replaceOne(
        data,
        /([\w-]+)="([^"]*)"/g,
        random,
        ([, name, value]) => `${name}="${otherValue(value, random)}"`,
      ),
    );
  },
  function changeConstant(text, random) {
    return replaceOne(
      text,
      /(offset|size|shape|element_type)="([^"]*)"/g,
      random,
      ([, name, value]) => `${name}="${otherValue(value, random)}"`,
    );
  },
  function dropAttribute(text, random) {
    return replaceOne(text, / [\w-]+="[^"]*"/g, random, () => '');
  },
  function changeDimension(text, random) {
    return replaceOne(text, /<dim>[^<]*<\/dim>/g, random, () => `<dim>${random.pick(texts)}</dim>`);
  },
  function changeType(text, random) {
    return replaceOne(
      text,
      /type="[^"]*" version="[^"]*"/g,
      random,
      () => `type="${random.pick(operations)}" version="opset${1 + random.below(15)}"`,
    );
  },
  function changeElement(text, random) {
    return replaceOne(
      text,
      /(precision|element_type|destination_type|output_type|index_element_type)="[^"]*"/g,
      random,
      ([, name]) => `${name}="${random.pick(texts)}"`,
    );
  },
  function dropLayer(text, random) {
    return replaceOne(text, layer, random, () => '');
  },
  function duplicateLayer(text, random) {
    return replaceOne(
      text,
      layer,
      random,
      ([one]) =>
        `${one}${random.chance(0.5) ? one : one.replace(/id="\d+"/, `id="${random.below(30)}"`)}`,
    );
  },
  function overwriteLayer(text, random) {
    const layers = text.match(layer) ?? [];
    return replaceOne(text, layer, random, () => random.pick(layers));
  },
  function dropEdge(text, random) {
    return replaceOne(text, edge, random, () => '');
  },
  function duplicateEdge(text, random) {
    return replaceOne(
      text,
      edge,
      random,
      ([one]) => one + replaceOne(one, /"\d+"/g, random, () => `"${random.below(12)}"`),
    );
  },
  function changeEdge(text, random) {
    return replaceOne(text, edge, random, ([one]) =>
      replaceOne(
        one,
        /"\d+"/g,
        random,
        () => `"${random.chance(0.8) ? random.below(30) : random.pick(texts)}"`,
      ),
    );
  },
  function dropPort(text, random) {
    return replaceOne(text, /<port\b[\s\S]*?<\/port>/g, random, () => '');
  },
  function duplicatePort(text, random) {
    return replaceOne(text, /<port\b[\s\S]*?<\/port>/g, random, ([one]) => one + one);
  },
  function nest(text, random) {
    const depth = random.pick([2, 50, 2000, 100_000]);
    return replaceOne(text, /<(\w+)\b[^>]*>/g, random, ([open, name]) =>
      open.endsWith('/>') ? open : open.repeat(depth) + `</${name}>`.repeat(depth - 1),
    );
  },
];

/** Parses a protobuf message into fields, and fields that look like messages in turn; null if it is no message. */
function parseMessage(bytes, depth = 0) {
  const fields = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) return undefined;
      const byte = bytes[at];
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === undefined || tag >> 3n === 0n || tag >> 3n > 1000n) return null;
    const field = { number: tag >> 3n, wire: Number(tag & 7n) };
    if (field.wire === 0) {
      field.value = varint();
      if (field.value === undefined) return null;
    } else if (field.wire === 1 || field.wire === 5) {
      const length = field.wire === 1 ? 8 : 4;
      if (at + length > bytes.length) return null;
      field.bytes = bytes.subarray(at, at + length);
      at += length;
    } else if (field.wire === 2) {
      const length = varint();
      if (length === undefined || BigInt(at) + length > BigInt(bytes.length)) return null;
      field.bytes = bytes.subarray(at, at + Number(length));
      at += Number(length);
      const inner =
        depth < 12 && field.bytes.length > 1 ? parseMessage(field.bytes, depth + 1) : null;
      if (inner !== null) {
        field.fields = inner;
        delete field.bytes;
      }
    } else {
      return null;
    }
    fields.push(field);
  }
  return fields;
}

function varintBytes(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

function writeMessage(fields) {
  return Buffer.concat(
    fields.flatMap(({ number, wire, value, bytes, fields: inner, length }) => {
      const tag = varintBytes((number << 3n) | BigInt(wire));
      if (wire === 0) return [tag, varintBytes(value)];
      if (wire !== 2) return [tag, bytes];
      const content = inner === undefined ? bytes : writeMessage(inner);
      return [tag, varintBytes(length ?? BigInt(content.length)), content];
    }),
  );
}

/** Every field with the list that contains it. */
function allFields(fields) {
  return fields.flatMap((field) => [
    { field, list: fields },
    ...(field.fields ? allFields(field.fields) : []),
  ]);
}

function withField(choose, change) {
  return (fields, random) => {
    const all = allFields(fields).filter(({ field }) => choose(field));
    if (all.length === 0) return;
    const { field, list } = random.pick(all);
    change(field, list, random, all);
  };
}

const any = () => true;
const isText = ({ bytes, wire }) =>
  wire === 2 && bytes !== undefined && /^[\x20-\x7e]+$/.test(bytes.toString('latin1'));

const onFields = Object.entries({
  changeVarint: withField(
    ({ wire }) => wire === 0,
    (field, _, random) => {
      field.value = random.chance(0.6)
        ? random.pick(numbers)
        : field.value + BigInt(random.below(9) - 4);
    },
  ),
  changeLength: withField(
    ({ wire }) => wire === 2,
    (field, _, random) => {
      field.length = random.pick(numbers);
    },
  ),
  changeNumber: withField(any, (field, _, random) => {
    field.number = BigInt(1 + random.below(25));
  }),
  dropField: withField(any, (field, list) => {
    list.splice(list.indexOf(field), 1);
  }),
  duplicateField: withField(any, (field, list, random) => {
    const times = random.chance(0.1) ? 500 : 1;
    list.splice(list.indexOf(field), 0, ...Array.from({ length: times }, () => field));
  }),
  moveField: withField(any, (field, list, random, all) => {
    const other = random.pick(all).field;
    // Serialized first, so that a message put into itself makes no circle.
    const copy =
      other.fields === undefined
        ? other
        : { ...other, fields: undefined, bytes: writeMessage(other.fields) };
    list[list.indexOf(field)] = copy;
  }),
  changeText: withField(isText, (field, _, random, all) => {
    field.bytes = random.chance(0.5)
      ? Buffer.from(random.pick([...operations, ...onnxOperations, ...texts]))
      : random.pick(all).field.bytes;
  }),
  changeContent: withField(
    ({ bytes }) => bytes !== undefined && bytes.length > 0,
    (field, _, random) => {
      field.bytes = random.pick(onBytes)(field.bytes, random);
    },
  ),
  nestField: withField(
    ({ fields }) => fields !== undefined,
    (field, _, random) => {
      const depth = random.pick([2, 90, 110, 5000]);
      // Serialized once and wrapped repeatedly, so that no recursion is needed.
      let bytes = writeMessage(field.fields);
      for (let i = 0; i < depth; i += 1)
        bytes = Buffer.concat([
          varintBytes((field.number << 3n) | 2n),
          varintBytes(BigInt(bytes.length)),
          bytes,
        ]);
      delete field.fields;
      field.bytes = bytes;
    },
  ),
});

/** Changes the text of a file; in a binary file that contains XML, changes the XML and keeps its length. */
function changeText(bytes, random) {
  const begin = bytes.indexOf('<?xml');
  const end = bytes.lastIndexOf('</net>') + '</net>'.length;
  if (begin === -1 || end <= begin) return [bytes, 'none'];
  const text = bytes.toString('latin1', begin, end);
  const change = random.pick(onText);
  let changed = change(text, random);
  if (begin > 0)
    changed =
      changed.length > text.length ? changed.slice(0, text.length) : changed.padEnd(text.length);
  return [splice(bytes, begin, end, Buffer.from(changed, 'latin1')), change.name];
}

function changeFields(bytes, random) {
  const fields = parseMessage(bytes);
  if (fields === null || fields.length === 0) return [bytes, 'none'];
  const [name, change] = random.pick(onFields);
  change(fields, random);
  return [writeMessage(fields), name];
}

function changeBytes(bytes, random) {
  if (bytes.length === 0) return [bytes, 'none'];
  const change = random.pick(onBytes);
  return [change(bytes, random), change.name];
}

/**
 * Damages a file in one to four ways.
 *
 * @param {{ kind: string, bytes: Buffer }} file
 * @returns {{ bytes: Buffer, changes: string[] }}
 */
function mutate({ kind, bytes }, random) {
  const changes = [];
  let changed = bytes;
  const times = 1 + random.below(4);
  for (let i = 0; i < times; i += 1) {
    const structured = random.chance(kind === 'bytes' ? 0.3 : 0.85);
    const way = structured ? (kind === 'protobuf' ? changeFields : changeText) : changeBytes;
    const [result, name] = way(changed, random);
    changed = result;
    changes.push(name);
  }
  return { bytes: changed, changes };
}

module.exports = { mutate };
