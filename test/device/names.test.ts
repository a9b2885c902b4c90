import {
  baseDevices,
  explainDevice,
  isVirtual,
  runsOnSeveral,
  virtualDevices,
} from '../../lib/device/names';

test.each([
  ['CPU', ['CPU']],
  ['GPU.1', ['GPU']],
  ['MULTI:GPU.1,CPU(4)', ['MULTI', 'GPU', 'CPU']],
  ['AUTO:-CPU, GPU', ['AUTO', 'CPU', 'GPU']],
  ['HETERO:CPU2,CPU', ['HETERO', 'CPU2', 'CPU']],
  ['BATCH:CPU(2)', ['BATCH', 'CPU']],
  ['', []],
])('%j contains the devices %j', (device, names) => {
  expect(baseDevices(device)).toEqual(names);
});

test.each(['CPU', 'GPU.0', 'GPU', 'AUTO', 'MULTI:GPU.0,CPU', 'HETERO:CPU', 'BATCH:CPU(4)'])(
  '%s is usable',
  (device) => {
    expect(explainDevice(device, ['CPU', 'GPU.0'])).toBeUndefined();
  },
);

test.each([
  ['MYRIAD', '2022.3', 'NPU or GPU'],
  ['HDDL', '2022.3', 'NPU or GPU'],
  ['MULTI:MYRIAD,CPU', '2022.3', 'NPU or GPU'],
  ['GNA', '2023.3', 'NPU'],
])('%s: the error names its last release and its replacement', (device, release, instead) => {
  const text = explainDevice(device, ['CPU']);
  expect(text).toContain(release);
  expect(text).toContain(`Use ${instead}`);
});

test.each([
  ['GPU', /not usable on this machine; usable here: CPU\..*OpenCL/],
  ['NPU', /not usable on this machine; usable here: CPU\..*intel_vpu/],
  ['HETERO:GPU,CPU', /The device GPU is not usable/],
  ['cpu', /knows no device cpu; usable here: CPU/],
  ['toString', /knows no device toString/],
])('%s: the error lists the usable devices and the remedy', (device, words) => {
  expect(explainDevice(device, ['CPU'])).toMatch(words);
});

test('the error reports that no device is usable', () => {
  expect(explainDevice('CPU', [])).toContain('usable here: none');
});

test('isVirtual and runsOnSeveral recognize virtual devices', () => {
  expect(virtualDevices).toEqual(['AUTO', 'MULTI', 'HETERO', 'BATCH']);
  expect(['CPU', 'GNA', 'toString', ''].filter(isVirtual)).toEqual([]);
  expect(virtualDevices.filter(runsOnSeveral)).toEqual(['AUTO', 'MULTI', 'HETERO']);
});
