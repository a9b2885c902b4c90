import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/** The layers from the ground up: a file imports only from entries above its own. */
const layers = {
  lib: [
    'errors',
    'base/',
    'addon/',
    'device/',
    'tensor/',
    'blob',
    'ports/',
    'read/',
    'infer/',
    'infer-request',
    'input-info',
    'output-info',
    'network',
    'request-pool',
    'executable-network',
    'batch-assembler',
    'infer-queue',
    'core',
    'index',
    'programs/',
    'setup/',
    'image/',
    'model-optimizer/',
    'quantization/',
    'pytorch/',
    'benchmark/',
    'cli/',
  ],
  native: [
    'boundary/',
    'graph/',
    'store/',
    'blob',
    'variable_state',
    'infer_request',
    'network',
    'optimize',
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
  'fastest-levenshtein': ['base/'],
  'cli-progress': ['cli/'],
  'chart.js': ['cli/'],
  '@viz-js/viz': ['model-optimizer/'],
};

const root = join(__dirname, '../..');

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
  return isFolder ? `${first}/` : file.replace(/\.\w+$/, '');
}

/** A relative import, or an include, as a path below lib/ or native/; anything outside begins with `../`. */
function target({ file }: Source, name: string): string {
  return name.startsWith('.') ? posix.join(dirname(file), name) : name;
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
  expect(
    outside.filter(
      (file) => !['addon/runtime.ts', 'addon/loader.ts', 'setup/scripts.ts'].includes(file),
    ),
  ).toEqual([]);
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
