import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/** The layers from the ground up: a file imports only from entries above its own. */
const layers = {
  lib: [
    'errors',
    'foreign-text',
    'suggest',
    'copy',
    'check',
    'guarded',
    'abortable',
    'child',
    'private-bytes',
    'statistics',
    'call-stats',
    'waiting-line',
    'in-order',
    'unique-names',
    'system-error',
    'regular-file',
    'folders',
    'owner',
    'workplace',
    'fresh-files',
    'fresh-ir',
    'precision',
    'layout',
    'device',
    'diagnose',
    'config',
    'model-format',
    'library',
    'runtime',
    'native-types',
    'native',
    'version',
    'device-config',
    'port',
    'blob',
    'value-rules',
    'preprocess',
    'input-port',
    'input-preparation',
    'infer-request',
    'port-info',
    'input-info',
    'output-info',
    'network',
    'request-pool',
    'executable-network',
    'trial',
    'core',
    'trial-process',
    'batch-assembler',
    'infer-queue',
    'index',
    'tools',
    'python',
    'image/',
    'model-optimizer/',
    'quantization/',
    'pytorch/',
    'benchmark/',
    'cli/',
  ],
  native: [
    'errors',
    'disposal',
    'class',
    'task',
    'completion',
    'convert',
    'saturate',
    'blob',
    'variable_state',
    'infer_request',
    'affinity',
    'preprocess',
    'steadiness',
    'value_limits',
    'value_tracer',
    'value_rules',
    'network',
    'optimize',
    'onnx',
    'checksum',
    'blake2b',
    'cache_key',
    'model_cache',
    'file',
    'shared_networks',
    'executable_network',
    'core',
    'addon',
  ],
};

/** Packages that only some parts of lib/ may use, so that the core stands without them. */
const homes: Record<string, string[]> = {
  sharp: ['image/', 'cli/'],
  tinyglobby: ['image/'],
  commander: ['cli/'],
  'fastest-levenshtein': ['suggest'],
  'cli-progress': ['cli/'],
  'chart.js': ['cli/'],
  '@viz-js/viz': ['model-optimizer/'],
};

const root = join(__dirname, '..');

interface Source {
  /** Path below the layer's folder, with forward slashes. */
  file: string;
  /** What it imports or includes, as written. */
  imports: string[];
}

function sources(folder: string, pattern: RegExp, importsOf: (text: string) => string[]): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      file: relative(join(root, folder), path).split(sep).join('/'),
      imports: importsOf(readFileSync(path, 'utf8')),
    }));
}

const lib = sources('lib', /\.ts$/, (text) =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName),
);
const native = sources('native', /\.[ch]pp$/, (text) =>
  [...text.matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)].map((match) => match[1]!),
);

/** `image/load.ts` and `image` → `image/`, `blob.ts` and `blob` → `blob`. */
function entryOf(file: string): string {
  const [first, ...rest] = file.split('/');
  const isFolder = rest.length > 0 || layers.lib.includes(`${first}/`);
  return isFolder ? `${first}/` : basename(file).replace(/\.\w+$/, '');
}

/** A relative import as a path below the layer's folder; anything outside begins with `../`. */
function target({ file }: Source, name: string): string {
  return posix.join(dirname(file), name);
}

function wrongImports(table: readonly string[], all: Source[], isLocal: (name: string) => boolean) {
  return all.flatMap((source) => {
    const own = entryOf(source.file);
    return source.imports
      .filter(isLocal)
      .map((name) => target(source, name))
      .filter((path) => !path.startsWith('../') && entryOf(path) !== own)
      .filter((path) => {
        const rank = table.indexOf(entryOf(path));
        return rank === -1 || rank >= table.indexOf(own);
      })
      .map((path) => `${source.file} imports ${path}`);
  });
}

/** Files of one entry may import each other, but not in a circle. */
function cycles(all: Source[]): string[] {
  const importsOf = new Map(
    all.map((source) => [
      source.file.replace(/\.ts$/, ''),
      source.imports.filter((name) => name.startsWith('.')).map((name) => target(source, name)),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' → ')];
    if (done.has(file)) return [];
    const imports = importsOf.get(file) ?? importsOf.get(`${file}/index`) ?? [];
    const found = imports.flatMap((next) => visit(next, [...path, file]));
    done.add(file);
    return found;
  };
  return [...importsOf.keys()].flatMap((file) => visit(file, []));
}

describe.each([
  { folder: 'lib', table: layers.lib, all: lib, isLocal: (name: string) => name.startsWith('.') },
  { folder: 'native', table: layers.native, all: native, isLocal: () => true },
])('$folder/', ({ table, all, isLocal }) => {
  test('has every file in the table, and no entry without a file', () => {
    expect([...new Set(all.map(({ file }) => entryOf(file)))].sort()).toEqual([...table].sort());
  });

  test('imports only from above', () => {
    expect(wrongImports(table, all, isLocal)).toEqual([]);
  });
});

test('no file of lib/ imports itself through others', () => {
  expect(cycles(lib)).toEqual([]);
});

test('packages stay in the part of lib/ that needs them', () => {
  const strays = lib.flatMap(({ file, imports }) =>
    imports
      .filter((name) => homes[name]?.includes(entryOf(file)) === false)
      .map((name) => `${file} imports ${name}`),
  );
  expect(strays).toEqual([]);
});

test('only the ways to scripts/ and the loader reach outside lib/', () => {
  const outside = lib
    .filter((source) =>
      source.imports.some((name) => name.startsWith('.') && target(source, name).startsWith('../')),
    )
    .map(({ file }) => file);
  expect(outside.filter((file) => !['runtime.ts', 'native.ts', 'tools.ts'].includes(file))).toEqual(
    [],
  );
});

test('index.ts holds re-exports only', () => {
  const file = ts.createSourceFile(
    'index.ts',
    readFileSync(join(root, 'lib/index.ts'), 'utf8'),
    ts.ScriptTarget.Latest,
  );
  const others = file.statements.filter(
    (statement) => !ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined,
  );
  expect(others.map((statement) => statement.getText(file))).toEqual([]);
});
