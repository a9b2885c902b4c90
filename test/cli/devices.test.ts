import { IECore } from '../../lib';
import { iecore } from '../helpers/cli';
import { runtimeVersion } from '../helpers/runtime';

const available = new IECore().availableDevices;

test('lists usable devices with their properties, and why the others are not usable', () => {
  const { status, stdout, stderr } = iecore(['devices']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const device of available) {
    expect(stdout).toMatch(
      new RegExp(
        `^${device}: .+\n {2}architecture: .+\n {2}capabilities: .+\n(.+\n)* {2}optimal requests: [1-9].*\n(.+\n)* {2}plugin: .+`,
        'm',
      ),
    );
  }
  expect(stdout).toMatch(/^MYRIAD: not usable\. .*2022\.3.*NPU or GPU/m);
  expect(stdout).toMatch(/^HDDL: not usable\. /m);
});

test('--json prints the same for programs', () => {
  const { status, stdout } = iecore(['devices', '--json']);
  expect(status).toBe(0);
  const { devices, unavailable } = JSON.parse(stdout) as {
    devices: { device: string; name: string; capabilities: string[]; plugin: string }[];
    unavailable: { device: string; reason: string; remedy: string }[];
  };
  expect(devices.map(({ device }) => device)).toEqual(available);
  expect(devices.find(({ device }) => device === 'CPU')).toMatchObject({
    device: 'CPU',
    name: new IECore().getMetric('CPU', 'FULL_DEVICE_NAME'),
    capabilities: expect.arrayContaining(['FP32', 'INT8']) as string[],
    plugin: expect.stringContaining(runtimeVersion) as string,
  });
  const named = [...devices, ...unavailable].map(({ device }) => device.split('.')[0]);
  expect(named).toEqual(expect.arrayContaining(['CPU', 'GPU', 'NPU', 'MYRIAD', 'HDDL']));
});
