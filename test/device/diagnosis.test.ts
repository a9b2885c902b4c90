import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { IECore } from '../../lib';
import { diagnose } from '../../lib/device/diagnosis';
import { temporaryFolders, write } from '../helpers/folders';
import { passthrough } from '../helpers/networks';
import { asUnprivileged } from '../helpers/unprivileged';

const newFolder = temporaryFolders();

/** A folder with some files of a Linux system. */
function system(...files: (string | [string, string])[]): string {
  const root = newFolder();
  for (const file of files) {
    const [name, text] = typeof file === 'string' ? [file, ''] : file;
    write(join(root, name), text);
  }
  return root;
}

const node = 'dev/dri/renderD128';
const library = 'usr/lib/x86_64-linux-gnu/libOpenCL.so.1';
const vendor: [string, string] = ['sys/class/drm/renderD128/device/vendor', '0x8086\n'];

test.each([
  ['GPU', [], /nothing in \/dev\/dri, and no module i915 or xe/, /modprobe i915/],
  ['GPU', ['sys/module/xe/x'], /module is loaded but finds no Intel GPU/, /--device \/dev\/dri/],
  [
    'GPU',
    [node, ['sys/class/drm/renderD128/device/vendor', '0x10de']],
    /renderD128 there belongs to another vendor/,
    /modprobe/,
  ],
  ['GPU', [node, vendor], /libOpenCL\.so\.1 is not installed/, /install ocl-icd-libopencl1/],
  ['GPU', [node, library], /lists no Intel driver/, /install intel-opencl-icd/],
  ['NPU', [], /nothing in \/dev\/accel, and no module intel_vpu/, /modprobe intel_vpu/],
  ['NPU', ['dev/accel/accel0'], /libze_loader/, /install level-zero/],
] as [string, (string | [string, string])[], RegExp, RegExp][])(
  '%s with %j',
  (device, files, reason, remedy) => {
    const found = diagnose(device, system(...files), 'linux');
    expect(found?.reason).toMatch(reason);
    expect(found?.remedy).toMatch(remedy);
  },
);

test('a render node without permission is reported', () => {
  const root = system(node, vendor, library);
  chmodSync(join(root, node), 0o000);
  const found = asUnprivileged(
    `const { diagnose } = require(${JSON.stringify(join(__dirname, '../../dist/device/diagnosis.js'))});
    console.log(JSON.stringify(diagnose('GPU', ${JSON.stringify(root)}, 'linux')));`,
    root,
  );
  expect(found).toMatch(/no permission to open \/dev\/dri\/renderD128.*usermod -aG render/);
});

test('returns undefined for a complete system, other devices and other systems', () => {
  const root = system(node, vendor, library, 'etc/OpenCL/vendors/intel.icd');
  expect(diagnose('GPU', root, 'linux')).toBeUndefined();
  expect(diagnose('CPU', root, 'linux')).toBeUndefined();
  expect(diagnose('toString', root, 'linux')).toBeUndefined();
  expect(diagnose('GPU', system(), 'darwin')).toBeUndefined();
});

test('diagnoseDevices reports usable and missing devices', () => {
  const core = new IECore();
  const reports = core.diagnoseDevices();
  const usable = reports.filter((report) => report.usable).map(({ device }) => device);
  expect(usable).toEqual(core.availableDevices);
  expect(reports.find(({ device }) => device === 'CPU')).toMatchObject({
    usable: true,
    name: core.getMetric('CPU', 'FULL_DEVICE_NAME'),
    capabilities: expect.arrayContaining(['FP32']) as string[],
  });
  const small = passthrough({ x: { dims: [1, 16] } });
  const config = { PERFORMANCE_HINT: 'THROUGHPUT' };
  const { optimalRequests } = reports.find(({ device }) => device === 'CPU')!;
  expect(optimalRequests).toBeGreaterThan(0);
  expect(optimalRequests).toBe(
    core.loadNetworkSync(small, 'CPU', { config }).getMetric('OPTIMAL_NUMBER_OF_INFER_REQUESTS'),
  );
  const gone = reports.filter(({ device }) => ['MYRIAD', 'HDDL', 'GNA'].includes(device));
  expect(gone.map(({ reason }) => /was the last release/.test(reason ?? ''))).toEqual([
    true,
    true,
    true,
  ]);
});
