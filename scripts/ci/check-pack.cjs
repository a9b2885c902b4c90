// Checks the package that `npm pack` makes: its files, its installation from a registry, and its use.
//
// Installing must not compile anything. The package is used from ES modules, CommonJS, TypeScript and the command line.
//
//   node scripts/ci/check-pack.cjs
const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { devDependencies } = require('../../package.json');

const root = join(__dirname, '../..');

/** The files that users need. A file that matches none of these patterns must not be in the package. */
const allowed = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|CMakeLists\.txt)$/,
  /^dist\/([\w-]+\/)*[\w-]+\.(js|d\.ts)$/,
  /^native\/(\w+\/)*\w+\.[ch]pp$/,
  /^scripts\/[\w-]+(\.cjs|\.d\.cts)$/,
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

function runIn({ cwd, env = process.env }, command, ...args) {
  console.log(`$ ${[command, ...args].join(' ')}`);
  const text = execFileSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.stdout.write(text);
  return text;
}

const run = (cwd, ...command) => runIn({ cwd }, ...command);

function checkFiles({ files, size }) {
  const names = files.map(({ path }) => path);
  const strays = names.filter((name) => !allowed.some((pattern) => pattern.test(name)));
  assert.deepEqual(strays, [], 'files that must not be in the package');
  const lost = required.filter((name) => !names.includes(name));
  assert.deepEqual(lost, [], 'files that are missing in the package');
  const stale = names
    .filter((name) => /^dist\/.*\.js$/.test(name))
    .filter((name) => !existsSync(join(root, name.replace(/^dist(.*)\.js$/, 'lib$1.ts'))));
  assert.deepEqual(stale, [], 'compiled files whose source was removed');
  assert.ok(size < limit, `expected at most ${limit} bytes, the package has ${size}`);
  console.log(`the package has the expected files: ${names.length}, ${size} bytes`);
}

/** Starts a registry on loopback, which ends with this process, and returns its address. */
async function startRegistry(folder) {
  const registry = join(__dirname, 'registry');
  run(root, 'npm', 'ci', '--prefix', registry, '--no-audit', '--no-fund');
  const setting = (name) =>
    run(root, 'npm', 'config', 'get', name)
      .trim()
      .replace(/^null$/, '');
  const serve = [join(registry, 'serve.cjs'), folder, setting('registry')];
  const child = spawn(process.execPath, serve, {
    env: { NODE_EXTRA_CA_CERTS: setting('cafile'), ...process.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.on('exit', () => child.kill());
  const ended = once(child, 'exit').then(() => assert.fail('the registry ended'));
  const [address] = await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  child.unref();
  child.stdout.unref();
  return String(address).trim();
}

/**
 * The environment of a new user, without this machine's npm settings: they may forbid install scripts or name a
 * folder of Node's headers.
 */
function newUser(home, registry) {
  mkdirSync(home);
  const token = `${registry.replace(/^http:/, '')}:_authToken=anybody`;
  writeFileSync(join(home, '.npmrc'), `registry=${registry}\n${token}\n`);
  const others = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  return {
    ...Object.fromEntries(others),
    HOME: home,
    USERPROFILE: home,
    npm_config_globalconfig: join(home, 'global.npmrc'),
    npm_config_cache: join(home, 'cache'),
    // npm prints each script that it runs.
    npm_config_foreground_scripts: 'true',
    npm_config_update_notifier: 'false',
  };
}

/** Publishes the package and installs it, with and without a lock file: lock files omit some fields of package.json. */
function checkRegistry(tarball, project, home, registry) {
  const env = newUser(home, registry);
  const npm = (...args) => runIn({ cwd: project, env }, 'npm', ...args);
  npm('publish', '--loglevel=warn', tarball);
  const compiler = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  const options = ['--no-audit', '--no-fund'];
  assert.doesNotMatch(npm('install', ...options, 'openvino-iecore', ...compiler), /node-gyp/);
  rmSync(join(project, 'node_modules'), { recursive: true });
  assert.doesNotMatch(npm('ci', ...options), /node-gyp/);

  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  const { resolved, hasInstallScript } = lock.packages['node_modules/openvino-iecore'];
  assert.ok(resolved.startsWith(registry), `${resolved} is from the registry ${registry}`);
  assert.equal(hasInstallScript, undefined);
}

/** Uses the package as a user does, in a folder with a space in its name. */
function checkUse(project) {
  run(project, 'npx', 'iecore', 'setup');

  run(project, 'npx', 'tsc', '--project', '.');
  // With --module commonjs, tsc still resolves modules in the older way, without `exports`.
  run(project, 'npx', 'tsc', '--project', '.', '--module', 'commonjs', '--noEmit');
  for (const program of ['hello.mjs', 'hello.cjs', 'out/hello.js']) {
    assert.match(run(project, 'node', program), /^espresso/m);
  }

  const output = join(project, 'classify.txt');
  writeFileSync(output, run(project, 'npx', 'iecore', 'classify'));
  run(project, 'node', join(__dirname, 'check-classify.cjs'), output);
}

async function main() {
  const scratch = mkdtempSync(join(tmpdir(), 'iecore-pack-'));
  try {
    run(root, 'node', 'scripts/build.cjs');
    const [packed] = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', scratch));
    checkFiles(packed);
    const project = join(scratch, 'a user');
    cpSync(join(__dirname, 'user'), project, { recursive: true });
    writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
    const tarball = join(scratch, packed.filename);
    checkRegistry(tarball, project, join(scratch, 'home'), await startRegistry(scratch));
    checkUse(project);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
