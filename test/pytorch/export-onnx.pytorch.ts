import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IECore } from '../../lib';
import { exportOnnx, providePyTorch, type ExportOptions } from '../../lib/pytorch';
import { provideEnvironment } from '../../lib/setup/scripts';
import { iecore } from '../helpers/cli';
import { temporaryFolders, write } from '../helpers/folders';
import { coded, f32 } from '../helpers/networks';

const newFolder = temporaryFolders();
const core = new IECore();
let python: string;
let checker: string;
beforeAll(async () => {
  ({ python } = await providePyTorch());
  checker = await provideEnvironment('check');
});

/** Runs Python code and parses the JSON that it prints. */
function ask(interpreter: string, code: string, cwd = '/'): unknown {
  const { stdout, stderr, status } = spawnSync(interpreter, ['-c', code], {
    encoding: 'utf8',
    cwd,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Makes a folder with a Python module that defines models. */
function modelsFolder(): string {
  const folder = newFolder();
  write(
    join(folder, 'nets.py'),
    `import os, torch
from torch import nn
def small():
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5), nn.Flatten(), nn.Linear(144, 5))
class Two(nn.Module):
    def forward(self, a, b):
        return a + b, {"product": a * b}
def two(): return Two()
class Noise(nn.Module):
    def forward(self, x):
        return x + torch.rand_like(x)
def noise(): return Noise()
class Fft(nn.Module):
    def forward(self, x):
        return torch.fft.fft(x).abs()
def fft(): return Fft()
class Huge(nn.Module):
    def forward(self, x):
        return x + torch.zeros(1 << 50)
def huge(): return Huge()
def broken(): raise ValueError("no such net")
def nothing(): return 3
class Evil:
    def __reduce__(self):
        return (os.system, ("touch ran",))
`,
  );
  return folder;
}

/** Exports with `folder` as the working directory. */
async function exportIn(folder: string, options: Partial<ExportOptions>) {
  const saved = process.cwd();
  process.chdir(folder);
  try {
    return await exportOnnx({ output: 'net.onnx', python, ...options } as ExportOptions);
  } finally {
    process.chdir(saved);
  }
}

test.each([
  ['timm:resnet18', false],
  ['torchvision:mobilenet_v2', true],
])('%s gives the same outputs in OpenVINO as in PyTorch', async (model, dynamicBatch) => {
  const folder = newFolder();
  const stages = new Set<string>();
  const exported = await exportOnnx({
    model,
    seed: 7,
    dynamicBatch,
    python,
    output: join(folder, 'net.onnx'),
    onProgress: (_, stage) => stages.add(stage),
  });
  expect(readdirSync(folder)).toEqual(['net.onnx']);
  const batch = dynamicBatch ? -1 : 1;
  expect(exported).toMatchObject({
    file: join(folder, 'net.onnx'),
    opset: 10,
    inputs: { input: [batch, 3, 224, 224] },
    outputs: { output: [batch, 1000] },
  });
  expect(exported.difference).toBeLessThan(1e-4);
  expect(stages.has('comparing')).toBe(true);

  // Independent of the comparison in exportOnnx: a new instance of the model, another input, another batch size.
  const [library, name] = model.split(':') as [string, string];
  const size = dynamicBatch ? 2 : 1;
  const make = library === 'timm' ? `timm.create_model("${name}")` : `torchvision.models.${name}()`;
  const expected = ask(
    python,
    `import json, torch, ${library}
torch.manual_seed(7)
net = ${make}.eval()
x = (torch.arange(${size} * 150528) % 97 - 48).float().reshape(${size}, 3, 224, 224) / 48
with torch.no_grad(): print(json.dumps(net(x).ravel().tolist()))`,
  ) as number[];
  const net = await core.readNetwork(exported.file);
  const exec = await core.loadNetwork(net, 'CPU', f32);
  const data = Float32Array.from({ length: size * 150528 }, (_, i) => ((i % 97) - 48) / 48);
  const { output } = await exec.infer({ input: { data, dims: [size, 3, 224, 224] } });
  exec.close();
  expect(output?.data).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((v, i) => Math.abs(v - Number(output?.data[i]))));
  expect(worst).toBeLessThan(1e-4 * largest);
});

test('writes one file with the requested opset and names, in eval mode', async () => {
  const folder = modelsFolder();
  const exported = await exportIn(folder, {
    model: 'nets:small',
    inputShape: [1, 1, 8, 8],
    inputNames: ['image'],
    outputNames: ['scores'],
    opset: 12,
  });
  expect(exported).toMatchObject({
    opset: 12,
    inputs: { image: [1, 1, 8, 8] },
    outputs: { scores: [1, 5] },
  });
  const types = ask(
    checker,
    `import json, onnx; print(json.dumps([node.op_type for node in onnx.load("net.onnx").graph.node]))`,
    folder,
  ) as string[];
  // In eval mode, batch normalization is folded into the convolution, and dropout is removed.
  expect(types).toEqual(['Conv', 'Relu', 'Flatten', 'Gemm']);
  expect(readdirSync(folder).filter((name) => name.startsWith('net.'))).toEqual(['net.onnx']);
});

test('exports several inputs and outputs', async () => {
  const shapes = [
    [2, 3],
    [2, 3],
  ];
  const exported = await exportIn(modelsFolder(), { model: 'nets:two', inputShape: shapes });
  expect(exported.inputs).toEqual({ input0: [2, 3], input1: [2, 3] });
  expect(exported.outputs).toEqual({ output0: [2, 3], output1: [2, 3] });
});

describe('weights', () => {
  const folder = modelsFolder();
  const shape = { inputShape: [1, 1, 8, 8] };
  const outputs = async (options: Partial<ExportOptions>) => {
    const { file } = await exportIn(folder, { ...shape, ...options });
    const exec = await core.loadNetwork(await core.readNetwork(file), 'CPU', f32);
    const { output } = await exec.infer({ input: new Float32Array(64).fill(1) });
    exec.close();
    return [...(output?.data as Float32Array)];
  };
  let trained: number[];
  beforeAll(() => {
    trained = ask(
      python,
      `import json, torch, nets
torch.manual_seed(99)
net = nets.small().eval()
torch.save(net.state_dict(), "plain.pth")
torch.save({"epoch": 3, "state_dict": {"module." + k: v for k, v in net.state_dict().items()}}, "parallel.pth")
torch.save(net, "whole.pt")
torch.jit.script(net).save("script.pt")
torch.save({"weights": nets.Evil()}, "evil.pth")
torch.save(nets.Evil(), "evil.pt")
torch.save({"0.weight": torch.zeros(3)}, "others.pth")
open("garbage.pth", "w").write("garbage")
from safetensors.torch import save_file
save_file(net.state_dict(), "plain.safetensors")
print(json.dumps(net(torch.ones(1, 1, 8, 8)).ravel().tolist()))`,
      folder,
    ) as number[];
  });

  test.each<[string, Partial<ExportOptions>]>([
    ['by name', { model: 'nets:small', weights: 'plain.pth' }],
    ['below a key, from parallel training', { model: 'nets:small', weights: 'parallel.pth' }],
    ['as safetensors', { model: 'nets:small', weights: 'plain.safetensors' }],
    ['in a pickled module', { model: 'whole.pt', trust: true }],
    ['in TorchScript', { model: 'script.pt', trust: true }],
  ])('%s', async (_, options) => {
    // Reading a pickled module imports the Python module that defines it.
    const saved = process.env['PYTHONPATH'];
    process.env['PYTHONPATH'] = folder;
    const got = await outputs(options);
    if (saved === undefined) delete process.env['PYTHONPATH'];
    else process.env['PYTHONPATH'] = saved;
    got.forEach((value, i) => expect(value).toBeCloseTo(trained[i] ?? NaN, 4));
  });

  test('that are random depend on the seed', async () => {
    const [one, same, other] = [
      await outputs({ model: 'nets:small', seed: 1 }),
      await outputs({ model: 'nets:small', seed: 1 }),
      await outputs({ model: 'nets:small', seed: 2 }),
    ];
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  test.each<[string, Partial<ExportOptions>, string, RegExp]>([
    ['that would run code', { weights: 'evil.pth' }, 'UNTRUSTED_FILE', /run code.*--trust/],
    [
      'of another model',
      { weights: 'others.pth' },
      'MODEL_NOT_EXPORTED',
      /missing: 0\.bias.*other shape: 0\.weight is \[3\]/,
    ],
    ['in a damaged file', { weights: 'garbage.pth' }, 'UNTRUSTED_FILE', /damaged/],
    ['in a file without trust', { model: 'whole.pt' }, 'UNTRUSTED_FILE', /--trust/],
    ['in a file that would run code', { model: 'evil.pt' }, 'UNTRUSTED_FILE', /--trust/],
  ])('%s are refused', async (_, options, code, message) => {
    const job = exportIn(folder, { model: 'nets:small', ...shape, ...options });
    await expect(job).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });
});

test.each<[string, Partial<ExportOptions>, string, RegExp]>([
  [
    'an unknown model of timm',
    { model: 'timm:resnet81' },
    'UNKNOWN_NAME',
    /nearest of \d+ are: .*resnet18/,
  ],
  [
    'an unknown model of torchvision',
    { model: 'torchvision:resnet81' },
    'UNKNOWN_NAME',
    /resnet18/,
  ],
  [
    'a shape that the model does not accept',
    { model: 'nets:small', inputShape: [1, 2, 8, 8] },
    'SHAPE_MISMATCH',
    /\[1, 2, 8, 8\]/,
  ],
  [
    'too many shapes',
    { model: 'nets:small', inputShape: [[1], [1]] },
    'SHAPE_MISMATCH',
    /does not accept/,
  ],
  [
    'an unsupported opset',
    { model: 'nets:small', inputShape: [1, 1, 8, 8], opset: 99 },
    'INVALID_ARGUMENT',
    /from 7 to \d+.*received 99/,
  ],
  [
    'too many names',
    { model: 'nets:small', inputShape: [1, 1, 8, 8], outputNames: ['a', 'b'] },
    'INVALID_ARGUMENT',
    /Expected 1 names.*received 2/,
  ],
  [
    'a model that uses random numbers',
    { model: 'nets:noise', inputShape: [1, 4] },
    'MODEL_NOT_EXPORTED',
    /other outputs than PyTorch|cannot export/,
  ],
  [
    'an operation without ONNX',
    { model: 'nets:fft', inputShape: [1, 4] },
    'MODEL_NOT_EXPORTED',
    /cannot export this model with opset 10/,
  ],
  [
    'a model that needs more memory than available',
    { model: 'nets:huge', inputShape: [1, 4] },
    'OUT_OF_MEMORY',
    /memory/,
  ],
  [
    'a function that fails',
    { model: 'nets:broken' },
    'MODEL_NOT_EXPORTED',
    /ValueError: no such net/,
  ],
  [
    'a function that returns no module',
    { model: 'nets:nothing' },
    'MODEL_NOT_EXPORTED',
    /received int/,
  ],
  [
    'a missing Python module',
    { model: 'nowhere:net' },
    'MODEL_NOT_EXPORTED',
    /No module named 'nowhere'/,
  ],
  ['a missing function', { model: 'nets:nowhere' }, 'MODEL_NOT_EXPORTED', /nowhere/],
])('%s is an error, and leaves the old file and no other', async (_, options, code, message) => {
  const folder = modelsFolder();
  writeFileSync(join(folder, 'net.onnx'), 'old');
  await expect(exportIn(folder, options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
  });
  expect(
    readdirSync(folder)
      .filter((name) => name !== '__pycache__')
      .sort(),
  ).toEqual(['net.onnx', 'nets.py']);
});

test('rejects when its signal fires', async () => {
  const controller = new AbortController();
  const job = exportIn(newFolder(), {
    model: 'timm:resnet18',
    signal: controller.signal,
    onProgress: () => {
      controller.abort();
    },
  });
  await expect(job).rejects.toEqual(coded('ABORT_ERR'));
});

describe('iecore export', () => {
  test('exports a model that mo converts and classify runs', () => {
    const folder = newFolder();
    const onnx = join(folder, 'resnet18.onnx');
    const exported = iecore(['export', '--model', 'timm:resnet18', '--output', onnx]);
    expect(exported.status).toBe(0);
    expect(exported.stderr).toMatch(/^Using .*python \(Python 3\..*, torch .*, timm /m);
    expect(exported.stdout).toMatch(/^Wrote .*resnet18\.onnx: opset 10, 11689512 parameters\n/);
    expect(exported.stdout).toContain('inputs: input [1,3,224,224]; outputs: output [1,1000]');
    const mo = iecore([
      ...['mo', '--input_model', onnx, '--model_name', 'resnet18', '-s', '255'],
      ...['--reverse_input_channels', '--input_shape', '[1,3,224,224]', '--output_dir', folder],
    ]);
    expect(mo.status).toBe(0);
    expect(mo.stdout).toContain(`[ SUCCESS ] XML file: ${join(folder, 'resnet18.xml')}`);
    const classified = iecore([
      ...['classify', '-m', join(folder, 'resnet18.xml'), '--reverse-input-channels'],
    ]);
    expect(classified.status).toBe(0);
    expect(classified.stdout.match(/PREDICT : class \d+/g)).toHaveLength(10);
  });

  test('reports what each Python lacks', () => {
    const { status, stderr } = iecore([
      'export',
      '--model',
      'timm:resnet18',
      '--output',
      '/tmp/a.onnx',
      '--python',
      checker,
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: No Python with torch and timm was found/);
    expect(stderr).toContain('has no torch and no timm');
    expect(stderr).toContain('iecore setup --pytorch');
  });

  test.each([
    [['--model', 'timm:a'], /required option '-o, --output/],
    [['--output', 'a.onnx'], /required option '--model/],
    [['--model', 'timm:a', '--output', 'a.onnx', '--input-shape', '1,x'], /whole numbers/],
    [['--model', 'timm:a', '--output', 'a.onnx', '--opset', 'ten'], /whole number/],
  ])('%j fails with exit code 2', (args, message) => {
    const { status, stderr } = iecore(['export', ...args]);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
