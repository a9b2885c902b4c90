import { Blob, fromFloat32, IECore, precisionNames, toFloat32 } from '../lib';
import { coded, loadSmall } from './helpers/networks';

const ie = new IECore();

/** Transfers a buffer away, if this version of Node transfers memory that V8 did not allocate. */
function handOver(buffer: ArrayBuffer): void {
  try {
    structuredClone(buffer, { transfer: [buffer] });
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'DataCloneError') throw error;
  }
}

test('a blob copies its data, has zeros without data, and the default layout', () => {
  const data = new Float32Array([1, 2, 3, 4]);
  const blob = new Blob({ precision: 'FP32', dims: [1, 4] }, data);
  data.fill(0);
  expect([...blob.data]).toEqual([1, 2, 3, 4]);
  expect(blob.tensorDesc).toEqual({ precision: 'FP32', dims: [1, 4], layout: 'NC' });
  expect(Object.isFrozen(blob.dims)).toBe(true);
  expect([...new Blob({ precision: 'I64', dims: [2] }).data]).toEqual([0n, 0n]);
});

test.each(precisionNames)('%s: the memory of ten elements', (precision) => {
  const { data } = new Blob({ precision, dims: [10] });
  const bits = { BIN: 1, I4: 4, U4: 4 }[precision as string];
  expect(data).toHaveLength(bits === undefined ? 10 : Math.ceil((10 * bits) / 8));
});

test('a tensor without dimensions has one element, one with a dimension of 0 has none', () => {
  expect(new Blob({ precision: 'FP32', dims: [] }).data).toHaveLength(1);
  expect(new Blob({ precision: 'FP32', dims: [0, 4] }).data).toHaveLength(0);
});

test.each([
  [{ precision: 'fp32', dims: [1] }, undefined, 'INVALID_ARGUMENT'],
  [{ precision: 'FP32', dims: [-1] }, undefined, 'INVALID_ARGUMENT'],
  [{ precision: 'FP32', dims: [1.5] }, undefined, 'INVALID_ARGUMENT'],
  [{ precision: 'FP32', dims: 4 }, undefined, 'INVALID_ARGUMENT'],
  [{ precision: 'FP32', dims: [1, 4], layout: 'nc' }, undefined, 'INVALID_ARGUMENT'],
  [{ precision: 'FP32', dims: [1, 4], layout: 'NCHW' }, undefined, 'SHAPE_MISMATCH'],
  [{ precision: 'FP32', dims: [2 ** 31, 2 ** 31] }, undefined, 'INVALID_ARGUMENT'],
  [{ precision: 'FP32', dims: [4] }, new Float32Array(3), 'SHAPE_MISMATCH'],
  [{ precision: 'FP32', dims: [4] }, new Float64Array(4), 'PRECISION_MISMATCH'],
  [{ precision: 'FP32', dims: [4] }, [1, 2, 3, 4], 'INVALID_ARGUMENT'],
  [null, undefined, 'INVALID_ARGUMENT'],
])('%j with %p is refused with %s', (desc, data, code) => {
  expect(() => new Blob(desc as never, data as never)).toThrow(coded(code));
});

test('as() returns the same blob or throws', () => {
  const blob: Blob = new Blob({ precision: 'U8', dims: [1] });
  expect(blob.as('U8')).toBe(blob);
  expect(() => blob.as('FP32')).toThrow(coded('PRECISION_MISMATCH'));
});

test('an output can be passed as an input', async () => {
  const exec = await loadSmall(ie);
  const first = await exec.infer({ x: new Float32Array([1, 2, 3, 4]) });
  const second = await exec.infer({ x: first['x_out']! });
  expect([...second['x_out']!.data]).toEqual([1, 2, 3, 4]);
  const request = exec.createInferRequest();
  request.setBlob('x', first['x_out']!);
  request.inferSync();
  expect([...request.getBlob('x_out').data]).toEqual([1, 2, 3, 4]);
});

test('transferring the buffer of a view away does not affect the memory of the request', async () => {
  const request = (await loadSmall(ie)).createInferRequest();
  await request.infer({ x: new Float32Array([1, 2, 3, 4]) });
  for (const name of ['x', 'x_out']) {
    handOver(request.getBlob(name).data.buffer);
  }
  expect([...request.getBlob('x_out').data]).toEqual([1, 2, 3, 4]);
  await request.infer({ x: new Float32Array([5, 6, 7, 8]) });
  expect([...request.getBlob('x_out').data]).toEqual([5, 6, 7, 8]);
});

describe('16-bit floating-point numbers', () => {
  const infinity = 0x7c00;
  // Examples of the standard: bits of IEEE 754 binary16, and the upper half of a binary32.
  test.each([
    ['FP16', 0x0000, 0],
    ['FP16', 0x8000, -0],
    ['FP16', 0x0001, 2 ** -24],
    ['FP16', 0x03ff, 1023 * 2 ** -24],
    ['FP16', 0x0400, 2 ** -14],
    ['FP16', 0x3555, 0.333251953125],
    ['FP16', 0x7bff, 65504],
    ['FP16', infinity, Infinity],
    ['FP16', 0xfc00, -Infinity],
    ['BF16', 0x3f80, 1],
    ['BF16', 0xc2f7, -123.5],
    ['BF16', 0x7f7f, 255 * 2 ** 120],
    ['BF16', 0x7f80, Infinity],
  ] as const)('%s %i is %p, both ways', (precision, bits, value) => {
    expect(toFloat32(new Uint16Array([bits]), precision)[0]).toBe(value);
    expect(fromFloat32(new Float32Array([value]), precision)[0]).toBe(bits);
  });

  test('NaN stays NaN', () => {
    for (const precision of ['FP16', 'BF16'] as const) {
      const bits = fromFloat32(new Float32Array([NaN]), precision);
      expect([...toFloat32(bits, precision)]).toEqual([NaN]);
    }
  });

  test.each([
    ['FP16', 2049, 2048],
    ['FP16', 2051, 2052],
    ['FP16', 2 ** -25, 0],
    ['FP16', 65519, 65504],
    ['FP16', 65520, Infinity],
    ['BF16', 257, 256],
    ['BF16', 259, 260],
  ] as const)('%s rounds %p half to even, to %p', (precision, value, expected) => {
    const bits = fromFloat32(new Float32Array([value]), precision);
    expect(toFloat32(bits, precision)[0]).toBe(expected);
  });

  test('every FP16 number is the same after conversion to FP32 and back', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const numbers = all.filter((bits) => (bits & 0x7fff) <= infinity);
    expect(fromFloat32(toFloat32(numbers, 'FP16'), 'FP16')).toEqual(numbers);
  });

  test('a view of a larger buffer converts only its own part', () => {
    const view = new Uint16Array([0, 0x3c00, 0x4000, 0]).subarray(1, 3);
    expect([...toFloat32(view, 'FP16')]).toEqual([1, 2]);
  });

  test('other precisions and arrays are refused', () => {
    expect(() => toFloat32(new Uint16Array(1), 'FP32' as never)).toThrow(coded('INVALID_ARGUMENT'));
    expect(() => toFloat32(new Float32Array(1) as never, 'FP16')).toThrow(
      coded('PRECISION_MISMATCH'),
    );
  });
});

describe('setShape', () => {
  test.each([
    [
      [1, 2],
      [1, 2],
    ],
    [
      [2, 4],
      [1, 2, 3, 4, 0, 0, 0, 0],
    ],
    [[4], [1, 2, 3, 4]],
    [[0], []],
  ])('to %j keeps the elements that fit', (dims, data) => {
    const blob = new Blob({ precision: 'FP32', dims: [1, 4] }, new Float32Array([1, 2, 3, 4]));
    blob.setShape(dims);
    expect(blob.dims).toEqual(dims);
    expect(blob.tensorDesc.dims).toEqual(dims);
    expect(blob.layout).toBe(dims.length === 2 ? 'NC' : 'C');
    expect([...blob.data]).toEqual(data);
  });

  test('does not change the memory of an array that was read before', () => {
    const blob = new Blob({ precision: 'U8', dims: [2] }, new Uint8Array([1, 2]));
    const { data } = blob;
    blob.setShape([1024]);
    blob.data.fill(9);
    expect([...data]).toEqual([1, 2]);
  });

  test.each([[[-1]], [[1.5]], ['4'], [undefined], [[2 ** 51]]])('refuses %j', (dims) => {
    const blob = new Blob({ precision: 'FP32', dims: [1] });
    expect(() => {
      blob.setShape(dims as never);
    }).toThrow(coded('INVALID_ARGUMENT'));
    expect(blob.dims).toEqual([1]);
  });

  test('is the only way to change dims', () => {
    const blob = new Blob({ precision: 'FP32', dims: [1] });
    for (const key of ['precision', 'dims', 'layout'] as const)
      expect(() => {
        Object.assign(blob, { [key]: 'U8' });
      }).toThrow(TypeError);
    expect(Object.keys(blob)).toEqual(['precision', 'dims', 'layout']);
  });
});
