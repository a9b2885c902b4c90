import { splitDevices } from '../../../lib/cli/benchmark/options';

test.each([
  [['CPU,AUTO,MULTI:CPU,HETERO:CPU'], ['CPU', 'AUTO', 'MULTI:CPU', 'HETERO:CPU']],
  [['MULTI:GPU,CPU'], ['MULTI:GPU,CPU']],
  [
    ['CPU,HETERO:GPU.1,CPU,AUTO:GPU,CPU,BATCH:GPU(4)'],
    ['CPU', 'HETERO:GPU.1,CPU', 'AUTO:GPU,CPU', 'BATCH:GPU(4)'],
  ],
  [
    ['AUTO:CPU', 'GPU'],
    ['AUTO:CPU', 'GPU'],
  ],
])('%j names devices', (texts, devices) => {
  expect(splitDevices(texts)).toEqual(devices);
});
