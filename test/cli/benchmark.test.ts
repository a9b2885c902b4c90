import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iecore } from '../helpers/cli';
import { bareEnvironment, packageRoot, temporaryFolders, write } from '../helpers/folders';

const newFolder = temporaryFolders();
const model = join(packageRoot, 'models/efficientnet-lite0.xml');
const base = ['benchmark', '-m', model];

test('prints the steps and lines of benchmark_app', () => {
  const { status, stdout } = iecore([...base, '-hint', 'latency', '-niter', '3', '-d', 'CPU']);
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => line.startsWith('[Step '))).toEqual([
    '[Step 1/11] Parsing and validating input arguments',
    '[Step 2/11] Loading OpenVINO Runtime',
    '[Step 3/11] Setting device configuration',
    '[Step 4/11] Reading model files',
    '[Step 5/11] Resizing model to match image sizes and given batch',
    '[Step 6/11] Configuring input of the model',
    '[Step 7/11] Loading the model to the device',
    '[Step 8/11] Querying optimal runtime parameters',
    '[Step 9/11] Creating infer requests and preparing input tensors',
    '[Step 10/11] Measuring performance (Start inference synchronously, limits: 3 iterations)',
    '[Step 11/11] Dumping statistics report',
  ]);
  expect(lines.slice(-9)).toEqual([
    "[ INFO ] Execution Devices:['CPU']",
    '[ INFO ] Count:            3 iterations',
    expect.stringMatching(/^\[ INFO \] Duration: {9}\d+\.\d\d ms$/),
    '[ INFO ] Latency:',
    expect.stringMatching(/^\[ INFO \] {4}Median: {8}\d+\.\d\d ms$/),
    expect.stringMatching(/^\[ INFO \] {4}Average: {7}\d+\.\d\d ms$/),
    expect.stringMatching(/^\[ INFO \] {4}Min: {11}\d+\.\d\d ms$/),
    expect.stringMatching(/^\[ INFO \] {4}Max: {11}\d+\.\d\d ms$/),
    expect.stringMatching(/^\[ INFO \] Throughput: {3}\d+\.\d\d FPS$/),
  ]);
});

test.each([
  [[], 'csv', /^Command line parameters\n[^]*\nExecution results\nread model time \(ms\);\d/],
  [['-json_stats'], 'json', /"execution_results"/],
])('writes reports %j', (options, ending, head) => {
  const folder = join(newFolder(), 'reports');
  for (const type of ['average_counters', 'detailed_counters']) {
    const { status } = iecore([
      ...[...base, '-niter', '2', '-nireq', '2', '-report_type', type, '-report_folder', folder],
      ...options,
    ]);
    expect(status).toBe(0);
  }
  expect(readdirSync(folder).sort()).toEqual([
    `benchmark_average_counters_report.${ending}`,
    `benchmark_detailed_counters_report.${ending}`,
    `benchmark_report.${ending}`,
  ]);
  const text = readFileSync(join(folder, `benchmark_report.${ending}`), 'utf8');
  expect(text).toMatch(head);
  const counters = readFileSync(
    join(folder, `benchmark_average_counters_report.${ending}`),
    'utf8',
  );
  expect(counters).toMatch(/Convolution/);
});

test('reports in JSON contain the settings', () => {
  const folder = newFolder();
  iecore([
    ...[...base, '-niter', '2', '-nireq', '2', '-report_type', 'average_counters', '-json_stats'],
    ...['-report_folder', folder],
  ]);
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  expect(read('benchmark_report.json')).toMatchObject({
    configuration_setup: {
      'target device': 'CPU',
      API: 'async',
      'number of parallel infer requests': '2',
    },
  });
  expect(read('benchmark_average_counters_report.json')).toMatchObject({ report_type: 'average' });
});

test('reads and writes configurations as JSON', () => {
  const folder = newFolder();
  const settings = write(join(folder, 'in.json'), '{"CPU": {"INFERENCE_NUM_THREADS": 1}}');
  const out = join(folder, 'out.json');
  const { status, stdout } = iecore([
    ...[...base, '-niter', '1', '-load_config', settings, '-dump_config', out, '-infer_precision'],
    'f32',
  ]);
  expect(status).toBe(0);
  expect(stdout).toContain('INFERENCE_NUM_THREADS: 1\n');
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({
    CPU: {
      PERFORMANCE_HINT: 'THROUGHPUT',
      INFERENCE_PRECISION_HINT: 'f32',
      INFERENCE_NUM_THREADS: 1,
    },
  });
});

test('several devices and settings: prints a table and a recommendation', () => {
  const { status, stdout, stderr } = iecore([
    ...[...base, '-d', 'CPU,MULTI:CPU', '--sweep', 'nireq=1,2', 'batch=1', '-niter', '2'],
  ]);
  expect(status).toBe(0);
  expect(stderr).toContain('4 of 4: MULTI:CPU nireq=2 batch=1\n');
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[1]).toMatch(/^CPU nireq=1 batch=1 +1 +1 +\w+ +\d+\.\d\d ms .* \d+ ms$/);
  expect(lines[5]).toMatch(/^For latency: .*, \d+\.\d\d ms$/);
  expect(lines[6]).toMatch(/^For throughput: .*, \d+\.\d\d FPS$/);
});

test('measures a first and a second start', () => {
  const folder = newFolder();
  const args = [...base, '-niter', '1', '-cdir', join(folder, 'cache')];
  const start =
    /^\[ INFO \] Start: compiled \d+\.\d\d ms, from the cache \d+\.\d\d ms, imported \d+\.\d\d ms$/m;
  const first = iecore([...args, '-report_type', 'no_counters', '-report_folder', folder]);
  expect(first.stdout).toMatch(/^\[ INFO \] Compile model took /m);
  expect(first.stdout).toMatch(start);
  expect(readFileSync(join(folder, 'benchmark_report.csv'), 'utf8')).toMatch(
    /\nload from cache time \(ms\);\d+\.\d\d\nimport time \(ms\);\d+\.\d\d\n/,
  );
  const second = iecore(args);
  expect(second.stdout).toMatch(/^\[ INFO \] Load from the cache took /m);
  expect(second.stdout).toMatch(start);
  expect(JSON.parse(iecore([...args, '--json']).stdout)).toMatchObject({
    fromCache: true,
    starts: {
      compiled: expect.any(Number) as number,
      cached: expect.any(Number) as number,
      imported: expect.any(Number) as number,
    },
  });
  const sweep = iecore([...args, '--sweep', 'nireq=1,2']);
  expect(sweep.stdout).toMatch(/ compiled +from cache +imported\n/);
});

test('--json prints the result for programs', () => {
  const { stdout } = iecore([...base, '-niter', '1', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ device: 'CPU', iterations: expect.any(Number) });
});

test('Ctrl-C ends the measurement, and the results are printed', async () => {
  const child = spawn(
    process.execPath,
    [join(packageRoot, 'dist/cli/iecore.js'), ...base, '-t', '600'],
    { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    // Only once: a second signal would end the process.
    if (text.includes('measuring')) child.kill('SIGINT');
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(0);
  expect(stderr).toContain('Interrupted; the results cover the time until then.');
  expect(stdout).toMatch(/Throughput: {3}\d+\.\d\d FPS\n$/);
});

test.each([
  [['-hint', 'speed'], 2, /latency, throughput/],
  [['-niter', '0'], 2, /whole number/],
  [['-t', 'long'], 2, /above 0/],
  [['-ip', 'f8'], 2, /u8, f32/],
  [['-d', 'MYRIAD', '-niter', '1'], 1, /2022\.3/],
  [['--sweep', 'nireq', '-niter', '1'], 1, /name=value/],
  [['--sweep', 'size=1', '-niter', '1'], 1, /nireq, nstreams/],
  [['-load_config', '/nowhere'], 1, /\/nowhere/],
  [['-load_config', model], 1, /JSON/],
  [['-shape', 'input[1,3'], 1, /shape/],
  [['-shape', '[1,3],[1,4]'], 1, /one shape, or name\[shape\] for each input/],
])('%j is an error', (args, code, message) => {
  const { status, stderr } = iecore([...base, ...args]);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(status).toBe(code);
});
