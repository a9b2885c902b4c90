import { Blob, IECore, InferQueue, type ExecutableNetwork, type InputData } from '../lib';
import { coded, loadSmall } from './helpers/networks';

const ie = new IECore();
const values = [1, 2, 3, 4];

let exec: ExecutableNetwork;
beforeAll(async () => {
  exec = await loadSmall(ie);
});

interface Resizable extends ArrayBuffer {
  resize(length: number): void;
}

const filled = (buffer: ArrayBufferLike, offset = 0, length?: number): Float32Array => {
  const array = new Float32Array(buffer, offset, length);
  array.set(values);
  return array;
};
// The types of the oldest supported Node do not have it.
const resizable = (bytes: number, most: number): Resizable =>
  Reflect.construct(ArrayBuffer, [bytes, { maxByteLength: most }]) as Resizable;

/** Memory of each kind, and how its owner may change it at any time. */
const memories: Record<string, () => { x: Float32Array; change: () => void }> = {
  overwritten: () => {
    const x = new Float32Array(values);
    return { x, change: () => x.fill(9) };
  },
  'transferred away': () => {
    const x = new Float32Array(values);
    return { x, change: () => structuredClone(x, { transfer: [x.buffer] }) };
  },
  'made smaller': () => {
    const buffer = resizable(16, 64);
    return {
      x: filled(buffer),
      change: () => {
        buffer.resize(4);
      },
    };
  },
  'made smaller, under a view of fixed length': () => {
    const buffer = resizable(32, 64);
    return {
      x: filled(buffer, 16, 4),
      change: () => {
        buffer.resize(16);
      },
    };
  },
  'made larger': () => {
    const buffer = resizable(16, 64);
    return {
      x: filled(buffer),
      change: () => {
        buffer.resize(64);
      },
    };
  },
  'shared and overwritten': () => {
    const x = filled(new SharedArrayBuffer(16));
    return { x, change: () => x.fill(9) };
  },
};

/** Ways to infer: each starts an inference with x and calls `meanwhile` before the inference has ended. */
const ways: Record<string, (x: InputData, meanwhile: () => void) => Promise<Iterable<unknown>>> = {
  'ExecutableNetwork.infer': async (x, meanwhile) => {
    const result = exec.infer({ x });
    meanwhile();
    return (await result)['x_out']!.data;
  },
  'ExecutableNetwork.startAsync': async (x, meanwhile) => {
    const request = exec.startAsync(0, { x });
    meanwhile();
    await request.wait();
    return request.getBlob('x_out').data;
  },
  'InferRequest.infer': async (x, meanwhile) => {
    const request = exec.createInferRequest();
    const end = request.infer({ x });
    meanwhile();
    await end;
    return request.getBlob('x_out').data;
  },
  'InferRequest.startAsync': async (x, meanwhile) => {
    const request = exec.createInferRequest();
    request.startAsync({ x });
    meanwhile();
    await request.wait();
    return request.getBlob('x_out').data;
  },
  'InferQueue.run': async (x, meanwhile) => {
    using queue = new InferQueue(exec, { size: 1 });
    const result = queue.run({ x });
    meanwhile();
    return (await result)['x_out']!.data;
  },
  'a blob that is set': async (x, meanwhile) => {
    const blob = new Blob({ precision: 'FP32', dims: [1, 4] }, x as Float32Array<ArrayBuffer>);
    const request = exec.createInferRequest();
    request.setBlob('x', blob);
    request.startAsync();
    meanwhile();
    await request.wait();
    return request.getBlob('x_out').data;
  },
};

describe.each(Object.keys(memories))('memory that is %s', (memory) => {
  test.each(Object.keys(ways))('during %s has the values that it had at the start', async (way) => {
    const { x, change } = memories[memory]!();
    expect([...(await ways[way]!(x, change))]).toEqual(values);
  });

  test('before a synchronous inference has the values at its start', () => {
    const { x, change } = memories[memory]!();
    const request = exec.createInferRequest();
    expect([...exec.inferSync({ x })['x_out']!.data]).toEqual(values);
    change();
    const infer = () => {
      request.inferSync({ x });
      return [...request.getBlob('x_out').data];
    };
    expect(endOf(infer)).toEqual(contentOf(x));
  });

  test('while the call waits for a request has the values at the start of the inference', async () => {
    const { x, change } = memories[memory]!();
    using queue = new InferQueue(exec, { size: 1 });
    const first = queue.run({ x: new Float32Array(4) });
    const second = queue.run({ x });
    change();
    const now = contentOf(x);
    await first;
    const [end] = await Promise.allSettled([second]);
    expect(
      end.status === 'fulfilled'
        ? [...end.value['x_out']!.data]
        : (end.reason as { code: string }).code,
    ).toEqual(now);
  });
});

/** The elements; an array that is out of bounds or was transferred away has none, by the rules of JavaScript. */
function contentOf(array: Float32Array): unknown {
  return array.length === 4 ? [...array] : 'SHAPE_MISMATCH';
}

function endOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

/** Newer versions of Node do not transfer memory that V8 did not allocate. */
function transferAway(array: Blob['data']): void {
  try {
    structuredClone(array, { transfer: [array.buffer] });
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'DataCloneError') throw error;
  }
}

describe('a blob of a request', () => {
  test('keeps its memory when its array is transferred away during an inference', async () => {
    const blob = new Blob({ precision: 'FP32', dims: [1, 4] }, new Float32Array(values));
    const request = exec.createInferRequest();
    request.setBlob('x', blob);
    const end = request.infer();
    transferAway(blob.data);
    await end;
    expect([...request.getBlob('x_out').data]).toEqual(values);
    expect([...blob.data]).toEqual(values);
    await request.infer();
    expect([...request.getBlob('x_out').data]).toEqual(values);
  });

  test('is refused if it is a result whose memory was transferred away', async () => {
    const { x_out } = await exec.infer({ x: new Float32Array(values) });
    transferAway(x_out!.data);
    const request = exec.createInferRequest();
    expect(() => {
      request.setBlob('x', x_out!);
    }).toThrow(coded('SHAPE_MISMATCH'));
  });

  test('keeps its precision, dims and layout, even if its properties are redefined', () => {
    const blob = new Blob({ precision: 'FP32', dims: [1, 4] }, new Float32Array(values));
    expect(() => Object.assign(blob, { precision: 'I64' })).toThrow(TypeError);
    for (const [name, value] of Object.entries({ precision: 'I64', dims: [9, 9], layout: 'NCHW' }))
      Object.defineProperty(blob, name, { value });
    const request = exec.createInferRequest();
    request.inferSync({ x: blob });
    expect([...request.getBlob('x_out').data]).toEqual(values);
    expect(blob.tensorDesc).toEqual({ precision: 'FP32', dims: [1, 4], layout: 'NC' });
  });
});

describe('inputs that return another value the second time', () => {
  test('are read once', async () => {
    let looks = 0;
    const inputs = {
      get x() {
        looks += 1;
        return looks === 1 ? new Float32Array(values) : (5 as never);
      },
    };
    expect([...(await exec.infer(inputs))['x_out']!.data]).toEqual(values);
    expect(looks).toBe(1);
  });

  test('do not infer with the values of an earlier call', async () => {
    await exec.infer({ x: new Float32Array([9, 9, 9, 9]) });
    let looks = 0;
    const inputs = new Proxy(
      { x: new Float32Array(values) },
      { ownKeys: () => ((looks += 1) === 1 ? ['x'] : []) },
    );
    expect([...(await exec.infer(inputs))['x_out']!.data]).toEqual(values);
  });

  test('may close the request that reads them', () => {
    const request = exec.createInferRequest();
    const inputs = {
      get x() {
        request.close();
        return new Float32Array(values);
      },
    };
    expect(() => {
      request.inferSync(inputs);
    }).toThrow(coded('CLOSED'));
  });

  test('may start another inference on that request', async () => {
    const request = exec.createInferRequest();
    const inputs = {
      get x() {
        request.startAsync({ x: new Float32Array(values) });
        return new Float32Array(4);
      },
    };
    await expect(request.infer(inputs)).rejects.toMatchObject({ code: 'REQUEST_BUSY' });
    await request.wait();
    expect([...request.getBlob('x_out').data]).toEqual(values);
  });
});

test('a network that a getter of the configuration closes is closed', async () => {
  const net = await ie.readNetwork(`${__dirname}/fixtures/networks/relu1x4.xml`);
  const config = {
    get PERF_COUNT() {
      net.close();
      return true;
    },
  };
  await expect(ie.queryNetwork(net, 'CPU', config)).rejects.toMatchObject({ code: 'CLOSED' });
});
