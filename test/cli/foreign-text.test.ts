import { readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { iecore } from '../helpers/cli';
import { temporaryFolders, write } from '../helpers/folders';
import { ir, parameter } from '../helpers/networks';

const newFolder = temporaryFolders();

/** A name that clears the screen, reverses the text, begins a new line, and is HTML and a formula. */
const evil = '=x\x9b2J\u202e\nerror: <b>"forged"</b>;\\N';

/** Control characters that must not reach a terminal, except line ends and tabs. */
const obeyed = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/; // eslint-disable-line no-control-regex

const inXml = (text: string): string =>
  text.replace(/[&<>"\n]/g, (char) => `&#${char.charCodeAt(0)};`);

/** A network that classifies by colour, whose names are evil; and its labels, which are no better. */
function writeNetwork(folder: string): string {
  const image = { dims: [1, 3, 8, 8] };
  const peak = { dims: [1, 3, 1, 1] };
  const model = write(
    join(folder, 'net.xml'),
    ir(
      [
        parameter('image', image),
        {
          name: inXml(evil),
          type: 'MaxPool',
          data: 'strides="8,8" pads_begin="0,0" pads_end="0,0" kernel="8,8" rounding_type="floor" auto_pad="explicit"',
          inputs: [image],
          outputs: [peak],
        },
        { name: 'scores', type: 'SoftMax', data: 'axis="1"', inputs: [peak], outputs: [peak] },
        { name: 'result', type: 'Result', inputs: [peak] },
      ],
      [
        [0, 0, 1, 0],
        [1, 1, 2, 0],
        [2, 1, 3, 0],
      ],
    ).toString(),
  );
  write(join(folder, 'net.labels.txt'), 'r\x1b]0;owned\x07\x00\r\u202eed\ngreen\nblue\n');
  return model;
}

/** An image whose name is as evil as a name of a file can be. */
async function writeImage(folder: string): Promise<string> {
  const plain = join(folder, 'plain.png');
  const background = '#ff0000';
  await sharp({ create: { width: 40, height: 30, channels: 3, background } }).toFile(plain);
  const file = join(folder, 'a\x1b[31m\u202e\nFPS : 9 <b>.png');
  renameSync(plain, file);
  return file;
}

function run(...args: string[]) {
  const { status, stdout, stderr } = iecore(args);
  expect(stdout).not.toMatch(obeyed);
  expect(stderr).not.toMatch(obeyed);
  return { status, stdout, stderr };
}

describe('classify', () => {
  const folder = newFolder();
  let model: string;
  let image: string;
  beforeAll(async () => {
    model = writeNetwork(folder);
    image = await writeImage(folder);
  });

  test('prints one line for each image, whatever its name and its label are', () => {
    const broken = write(join(folder, 'b\x1b[0m\nerror: forged.png'), 'broken');
    const { status, stdout, stderr } = run('classify', '-m', model, '-i', image, broken);
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(String.raw`r\x1b]0;owned\x07\x00`);
    expect(lines[0]).toContain(String.raw`a\x1b[31m\u202e\nFPS : 9 <b>.png`);
    expect(stderr).toMatch(/^skipped: .*\n$/);
  });

  test('--json holds the names as they are', () => {
    const { stdout } = run('classify', '-m', model, '-i', image, '--json');
    const { images } = JSON.parse(stdout) as {
      images: { image: string; top: { label: string }[] }[];
    };
    expect(images[0]!.image).toBe(image);
    expect(images[0]!.top[0]!.label).toBe('r\x1b]0;owned\x07\x00\r\u202eed');
  });

  test('--save and --report draw and write them', async () => {
    const saved = join(newFolder(), 'saved');
    const report = join(newFolder(), 'report.html');
    const args = ['--save', saved, '--report', report];
    expect(run('classify', '-m', model, '-i', image, ...args).status).toBe(0);
    const { width } = await sharp(join(saved, basename(image))).metadata();
    expect(width).toBe(40);
    const page = readFileSync(report, 'utf8');
    expect(page).not.toMatch(obeyed);
    expect(page).not.toContain('<b>');
    expect(page).toContain(String.raw`\x1b]0;owned\x07\x00`);
  });
});

test('an error with a foreign name in it stays apart from other lines', () => {
  const { status, stderr } = run('classify', '-m', '/no\x1b[2J\nerror: forged.xml');
  expect(status).toBe(1);
  expect(stderr.match(/^error: /gm)).toHaveLength(1);
  expect(stderr).toContain(String.raw`\x1b[2J`);
  expect(run('classify', '-m', '/no\x9b.xml', '--verbose').stderr).toContain('at ');
  expect(run('cl\x1b[2Jassify').status).toBe(2);
  expect(run('classify', '--save\x9b').status).toBe(2);
});

describe('layers', () => {
  test('query prints a line for each, and draws them', () => {
    const folder = newFolder();
    const picture = join(folder, 'net.svg');
    const { status, stdout } = run(
      'query',
      '-m',
      writeNetwork(folder),
      '--perf',
      '--picture',
      picture,
    );
    expect(status).toBe(0);
    expect(stdout).toContain(String.raw`\x9b2J\u202e\n`);
    expect(stdout).not.toMatch(/^error/m);
    const svg = readFileSync(picture, 'utf8');
    expect(svg).not.toMatch(obeyed);
    expect(svg).toContain(String.raw`\x9b2J\u202e\n`);
    expect(svg).toContain(String.raw`\N</text>`);
  });

  test('mo reports them', () => {
    const folder = newFolder();
    const out = newFolder();
    const picture = join(out, 'net.svg');
    const args = ['--input_model', writeNetwork(folder), '--output_dir', out, '--report', picture];
    const { status, stdout } = run('mo', ...args);
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/^error/m);
    expect(readFileSync(picture, 'utf8')).not.toMatch(obeyed);
  });

  test('benchmark prints them, and writes them as CSV and HTML', () => {
    const folder = newFolder();
    const model = writeNetwork(folder);
    const counters = ['-report_type', 'detailed_counters', '-report_folder', folder];
    const short = ['-m', model, '-niter', '2', '-pc'];
    const { status, stdout } = run('benchmark', ...short, ...counters);
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/^error/m);
    const csv = readFileSync(join(folder, 'benchmark_detailed_counters_report.csv'), 'utf8');
    expect(csv).not.toMatch(obeyed);
    const rows = csv.split('\n').filter((line) => line.includes('forged'));
    expect(rows[0]).toMatch(/^"\w*=x\\x9b2J\\u202e\\nerror: <b>""forged""<\/b>;\\N";EXECUTED;/);
    for (const row of csv
      .trimEnd()
      .split('\n')
      .filter((line) => line !== ''))
      expect(row.replace(/"(?:[^"]|"")*"/g, '').split(';')).toHaveLength(6);
    const page = join(folder, 'page.html');
    expect(run('benchmark', ...short, '--report', page).status).toBe(0);
    const html = readFileSync(page, 'utf8');
    expect(html.replace(/<script>[^]*<\/script>/, '')).not.toMatch(obeyed);
    expect(html).not.toContain('<b>"forged"');
  });
});
