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
])('%j names %j', (device, names) => {
  expect(baseDevices(device)).toEqual(names);
});

test.each(['CPU', 'GPU.0', 'GPU', 'AUTO', 'MULTI:GPU.0,CPU', 'HETERO:CPU', 'BATCH:CPU(4)'])(
  'nothing is wrong with %s where it is',
  (device) => {
    expect(explainDevice(device, ['CPU', 'GPU.0'])).toBeUndefined();
  },
);

test.each([
  ['MYRIAD', '2022.3', 'NPU or GPU'],
  ['HDDL', '2022.3', 'NPU or GPU'],
  ['MULTI:MYRIAD,CPU', '2022.3', 'NPU or GPU'],
  ['GNA', '2023.3', 'NPU'],
])('%s: the last release that had it, and what takes its place', (device, release, instead) => {
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
])('%s: what is here, and the remedy', (device, words) => {
  expect(explainDevice(device, ['CPU'])).toMatch(words);
});

test('without any device, none are listed', () => {
  expect(explainDevice('CPU', [])).toContain('usable here: none');
});

test('each virtual device is known as such, with or without devices of its own', () => {
  expect(virtualDevices).toEqual(['AUTO', 'MULTI', 'HETERO', 'BATCH']);
  expect(['CPU', 'GNA', 'toString', ''].filter(isVirtual)).toEqual([]);
  expect(virtualDevices.filter(runsOnSeveral)).toEqual(['AUTO', 'MULTI', 'HETERO']);
});
