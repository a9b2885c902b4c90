import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore } from '../../lib';
import { addonFile } from '../../lib/addon/runtime';
import { temporaryFolders } from '../helpers/folders';
import { passthrough } from '../helpers/networks';

const newFolder = temporaryFolders();
const model = passthrough({ x: { dims: [1, 4] } });

/** A core with a plugin for the device BROKEN that does not load. */
function withBroken(kind: string): IECore {
  const library = join(newFolder(), 'plugin.so');
  if (kind === 'no library') writeFileSync(library, 'plugin');
  else copyFileSync(addonFile, library);
  const core = new IECore();
  core.registerPlugin(library, 'BROKEN');
  return core;
}

describe.each(['no library', 'another library'])('a plugin that is %s', (kind) => {
  test.each(['BROKEN', 'HETERO:BROKEN,CPU', 'MULTI:BROKEN,CPU', 'AUTO:BROKEN'])(
    'is reported as the reason for %s',
    async (device) => {
      const core = withBroken(kind);
      const expected = {
        code: 'DEVICE_NOT_AVAILABLE',
        message: expect.stringMatching(
          /The plugin of BROKEN does not load \(.*plugin\.so/,
        ) as string,
      };
      await expect(core.loadNetwork(model, device)).rejects.toMatchObject(expected);
      expect(() => core.loadNetworkSync(model, device)).toThrow(
        expect.objectContaining(expected) as Error,
      );
    },
  );

  test('does not affect other devices, and AUTO uses them', async () => {
    const core = withBroken(kind);
    expect(core.availableDevices).toEqual(new IECore().availableDevices);
    for (const device of ['CPU', 'AUTO:BROKEN,CPU', 'AUTO:CPU,BROKEN']) {
      const exec = await core.loadNetwork(model, device);
      const { x_out } = await exec.infer({ x: new Float32Array([-1, 2, -3, 4]) });
      expect([...x_out!.data]).toEqual([0, 2, 0, 4]);
      expect(exec.getMetric('EXECUTION_DEVICES')).toEqual(['CPU']);
    }
    expect(() => core.getVersions('BROKEN')).toThrow(
      expect.objectContaining({ code: 'DEVICE_NOT_AVAILABLE' }) as Error,
    );
  });
});

test('a missing library is refused when it is registered', () => {
  expect(() => new IECore().registerPlugin('/missing/plugin.so', 'MINE')).toThrow(
    expect.objectContaining({ code: 'FILE_NOT_FOUND' }) as Error,
  );
});

describe('a missing device', () => {
  const core = new IECore();

  test.each(['GPU.7', 'NOTHING'])('%s: AUTO uses the next', async (device) => {
    const exec = await core.loadNetwork(model, `AUTO:${device},CPU`);
    expect(exec.getMetric('EXECUTION_DEVICES')).toEqual(['CPU']);
  });

  test.each(['MULTI:NOTHING,CPU', 'HETERO:NOTHING,CPU', 'MULTI:CPU,NOTHING'])(
    '%s is refused, and the error names it',
    async (device) => {
      const expected = {
        code: 'DEVICE_NOT_AVAILABLE',
        message: expect.stringContaining('knows no device NOTHING') as string,
      };
      await expect(core.loadNetwork(model, device)).rejects.toMatchObject(expected);
      expect(() => core.loadNetworkSync(model, device)).toThrow(
        expect.objectContaining(expected) as Error,
      );
    },
  );
});
