import { IECore } from '../../lib';
import { acceptImages } from '../../lib/image';
import { coded, f32, ir, parameter, type Tensor } from '../helpers/networks';

const core = new IECore();

function takes(tensor: Tensor, data = '') {
  const input = parameter('x', tensor);
  return core.readNetwork(
    ir(
      [
        { ...input, data: `${input.data ?? ''} ${data}` },
        { name: 'y', type: 'ReLU', inputs: [tensor], outputs: [tensor] },
        { name: 'end', type: 'Result', inputs: [tensor] },
      ],
      [
        [0, 0, 1, 0],
        [1, 1, 2, 0],
      ],
    ),
  );
}

describe('acceptImages', () => {
  test('takes bytes with channels last for a network with channels first', async () => {
    const net = await takes({ dims: [1, 3, 2, 4] });
    expect(acceptImages(net)).toEqual({
      input: 'x',
      output: 'y',
      imageOptions: { width: 4, height: 2, resize: 'crop' },
    });
    const exec = await core.loadNetwork(net, 'CPU', f32);
    const pixels = Uint8Array.from({ length: 24 }, (_, i) => i);
    const { y } = await exec.infer({ x: { data: pixels, dims: [1, 2, 4, 3] } });
    expect(y?.dims).toEqual([1, 3, 2, 4]);
    expect([...(y?.data ?? [])]).toEqual(
      [0, 1, 2].flatMap((channel) => Array.from({ length: 8 }, (_, i) => 3 * i + channel)),
    );
    exec.close();
  });

  test('takes such bytes for a network with channels last, even if its layout is not recorded', async () => {
    const net = await takes({ dims: [1, 2, 4, 3] });
    expect(acceptImages(net, { resize: 'fit' }).imageOptions).toEqual({
      width: 4,
      height: 2,
      resize: 'fit',
    });
    const exec = await core.loadNetwork(net, 'CPU', f32);
    const pixels = Uint8Array.from({ length: 24 }, (_, i) => i);
    const { y } = await exec.infer({ x: pixels });
    expect([...(y?.data ?? [])]).toEqual([...pixels]);
    exec.close();
  });

  test.each([
    [[1, 10], /4 dimensions, but 'x' has 2/],
    [[1, 1, 8, 8], /\[1,3,height,width\].*'x' has \[1,8,8,1\]/],
    [[1, 3, -1, -1], /'x' has \[1,-1,-1,3\]/],
  ])('refuses a network of %j', async (dims, message) => {
    const net = await takes({ dims });
    expect(() => acceptImages(net)).toThrow(coded('SHAPE_MISMATCH'));
    expect(() => acceptImages(net)).toThrow(message);
  });

  test('refuses unknown options', async () => {
    const net = await takes({ dims: [1, 3, 2, 4] });
    expect(() => acceptImages(net, { resize: 'tile' as 'fit' })).toThrow(coded('INVALID_ARGUMENT'));
    expect(() => acceptImages(net, { size: 3 } as object)).toThrow(coded('INVALID_ARGUMENT'));
  });
});
