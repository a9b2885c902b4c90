import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import ts from 'typescript';
import layerTable from '../../scripts/ci/layers.json';

/** The layers from the ground up: a file imports only from entries above its own. */
const layers = {
  lib: layerTable.lib.map(({ entry }) => entry),
  native: layerTable.native.map(({ entry }) => entry),
};

/** Packages that only some folders of lib/ may import, so that a program that only infers loads none of them. */
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
  /** The number of its lines. */
  length: number;
  /** Path from lib/ or native/, with forward slashes. */
  file: string;
  /** The names that it imports or includes, as written. */
  imports: string[];
}

function sources(folder: string, pattern: RegExp, importsOf: (text: string) => string[]): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      return {
        length: text.split('\n').length - 1,
        file: relative(join(root, folder), path).split(sep).join('/'),
        imports: importsOf(text),
      };
    });
}

const lib = sources('lib', /\.ts$/, (text) =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName),
);
const native = sources('native', /\.[ch]pp$/, (text) =>
  [...text.matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)].map((match) => match[1]!),
);

/** The layer of a file: `image/load.ts` and `image` → `image/`, `blob.ts` and `blob` → `blob`. */
function entryOf(file: string): string {
  const [first, ...rest] = file.split('/');
  const isFolder = rest.length > 0 || layers.lib.includes(`${first}/`);
  return isFolder ? `${first}/` : file.replace(/\.\w+$/, '');
}

/** A relative import, or an include, as a path from lib/ or native/; a path outside them begins with `../`. */
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

/** Circles of imports, each as `a → b → a`. Imports of types alone count too. */
function circles(all: Source[]): string[] {
  const importsOf = new Map(
    all.map((source) => [
      source.file.replace(/\.ts$/, ''),
      source.imports.map((name) => target(source, name)),
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
  test('has a layer for each file, and a file for each layer', () => {
    expect([...new Set(all.map(({ file }) => entryOf(file)))].sort()).toEqual([...table].sort());
  });

  test('imports only from layers above', () => {
    expect(wrongImports(table, all, isLocal)).toEqual([]);
  });

  test('has no circle of imports', () => {
    expect(circles(all)).toEqual([]);
  });
});

test('no file of native/ is longer than 400 lines; ESLint checks lib/', () => {
  expect(native.filter(({ length }) => length > 400).map(({ file }) => file)).toEqual([]);
});

test('packages are imported only by the folders of lib/ that need them', () => {
  const strays = lib.flatMap(({ file, imports }) =>
    imports
      .filter((name) => homes[name]?.includes(entryOf(file)) === false)
      .map((name) => `${file} imports ${name}`),
  );
  expect(strays).toEqual([]);
});

test('only the loader and the modules for scripts/ import from outside lib/', () => {
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
