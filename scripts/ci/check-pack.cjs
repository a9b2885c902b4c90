// Checks what `npm pack` makes: its list of files, and that it works where a user installs it, from
// ES modules, CommonJS and TypeScript, and on the command line.
//
//   node scripts/ci/check-pack.cjs
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { devDependencies } = require('../../package.json');

const root = join(__dirname, '../..');

/** Everything users need; what matches none of these has no place in the package. */
const allowed = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|CMakeLists\.txt|binding\.gyp)$/,
  /^dist\/([\w-]+\/)*[\w-]+\.(js|d\.ts)$/,
  /^native\/\w+\.[ch]pp$/,
  /^scripts\/(build|environment|find-openvino|lock|pip|setup|tools)\.cjs$/,
  /^scripts\/[\w-]+\.d\.cts$/,
  /^scripts\/(openvino\.txt|setupvars\.sh|bin\/iecore)$/,
  /^python\/[\w-]+\.(py|txt)$/,
  /^models\/(README\.md|LICENSE(-labels|-photographs)?|efficientnet-lite0\.(xml|bin|labels\.txt))$/,
  /^models\/photographs\/\w+\.jpg$/,
];

const required = [
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'CMakeLists.txt',
  'binding.gyp',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/image/index.js',
  'dist/image/index.d.ts',
  'dist/cli/iecore.js',
  'native/addon.cpp',
  'python/quantize.py',
  'python/quantize.txt',
  'scripts/build.cjs',
  'scripts/setup.cjs',
  'scripts/find-openvino.cjs',
  'scripts/openvino.txt',
  'scripts/setupvars.sh',
  'models/efficientnet-lite0.xml',
  'models/efficientnet-lite0.bin',
  'models/efficientnet-lite0.labels.txt',
  'models/LICENSE',
  'models/LICENSE-photographs',
  'models/photographs/dog.jpg',
  'models/photographs/coffee.jpg',
];

const limit = 12_000_000;

function run(cwd, command, ...args) {
  console.log(`$ ${[command, ...args].join(' ')}`);
  const text = execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.stdout.write(text);
  return text;
}

function checkFiles({ files, size }) {
  const names = files.map(({ path }) => path);
  const strays = names.filter((name) => !allowed.some((pattern) => pattern.test(name)));
  assert.deepEqual(strays, [], 'files that have no place in the package');
  const lost = required.filter((name) => !names.includes(name));
  assert.deepEqual(lost, [], 'files that the package lacks');
  const stale = names
    .filter((name) => /^dist\/.*\.js$/.test(name))
    .filter((name) => !existsSync(join(root, name.replace(/^dist(.*)\.js$/, 'lib$1.ts'))));
  assert.deepEqual(stale, [], 'compiled files without a source');
  assert.ok(size < limit, `${size} bytes; at most ${limit} are expected`);
  console.log(`${names.length} files, ${size} bytes: as it should be`);
}

/** Installs the tarball where nothing is, as a user does; the folder's name has a space in it. */
function checkInstall(tarball, project) {
  cpSync(join(__dirname, 'user'), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  const compiler = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  run(project, 'npm', 'install', '--no-audit', '--no-fund', tarball, ...compiler);
  run(project, 'npx', 'iecore', 'setup');

  run(project, 'npx', 'tsc', '--project', '.');
  // The older way to look for modules is still the compiler's default for CommonJS.
  run(project, 'npx', 'tsc', '--project', '.', '--module', 'commonjs', '--noEmit');
  for (const program of ['hello.mjs', 'hello.cjs', 'out/hello.js']) {
    assert.match(run(project, 'node', program), /^espresso/m);
  }

  const output = join(project, 'classify.txt');
  writeFileSync(output, run(project, 'npx', 'iecore', 'classify'));
  run(project, 'node', join(__dirname, 'check-classify.cjs'), output);
}

const scratch = mkdtempSync(join(tmpdir(), 'iecore-pack-'));
try {
  run(root, 'node', 'scripts/build.cjs');
  const [packed] = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', scratch));
  checkFiles(packed);
  const project = join(scratch, 'a user');
  mkdirSync(project);
  checkInstall(join(scratch, packed.filename), project);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
