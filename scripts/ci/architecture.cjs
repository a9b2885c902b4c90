'use strict';
/**
 * Writes the tables of files in docs/architecture.md from the header comment of each file.
 *
 *   node scripts/ci/architecture.cjs [--check]
 *
 * --check  writes nothing; fails if the page is not current or a file has no header
 *
 * A header is the comment at the top of a file. Its first paragraph, up to an empty comment line, is one
 * sentence that says what the file is for. Of a C++ class, the .hpp file has it.
 */
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join, parse, relative, sep } = require('node:path');
const layers = require('./layers.json');

const root = join(__dirname, '../..');
const page = join(root, 'docs/architecture.md');
const read = (file) => readFileSync(join(root, file), 'utf8');

/** Paths from the root of all files below a folder whose name ends in one of some ways. */
function filesIn(folder, endings) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => endings.test(file) && !/node_modules|__pycache__/.test(file))
    .sort();
}

/** How a comment at the top looks, for each kind of file; the first group is the comment. */
const comments = {
  // A comment directly before a declaration describes the declaration, not the file.
  ts: /^(?:#!.*\n)?\/\*\*([^]*?)\*\/\n(?=\n|import )/,
  cjs: /^(?:#!.*\n)?(?:'use strict';\n)?(?:\/\*\*([^]*?)\*\/|((?:\/\/.*\n)+))/,
  cpp: /^((?:\/\/.*\n)+)/,
  sh: /^(?:#!.*\n)?((?:#.*\n)+)/,
  py: /^(?:#!.*\n)?"""([^]*?)"""/,
};
comments.hpp = comments.cpp;

/** The first paragraph of a file's header, on one line; undefined without a header. */
function headerOf(file) {
  const kind = parse(file).ext.slice(1) || 'sh';
  const match = comments[kind].exec(read(file));
  if (!match) return undefined;
  const lines = (match[1] ?? match[2])
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\s*(\*|\/\/|#)?\s?/, '').trim());
  const end = lines.indexOf('');
  return lines.slice(0, end === -1 ? undefined : end).join(' ');
}

/** What is wrong with a header; undefined if it is one sentence. */
function problemOf(header) {
  if (!header) return 'has no header comment (or no empty line after it)';
  if (!header.endsWith('.')) return 'has a header that does not end with a full stop';
  if (/[.?!] [A-Z`]/.test(header)) return 'has a header of several sentences';
  return undefined;
}

const problems = [];

/** The header of a file for a table; what is wrong with it is collected. */
function describe(file) {
  const header = headerOf(file);
  const problem = problemOf(header);
  if (problem) problems.push(`${file} ${problem}`);
  return header ?? '';
}

function table(rows, title = 'file') {
  const cells = rows.map(([name, text]) => `| ${name} | ${text.replaceAll('|', '\\|')} |`);
  return [`| ${title} | what it is for |`, '| --- | --- |', ...cells].join('\n');
}

/** Rows of a table: one for each file, and one for a .hpp file and its .cpp file together. */
function rowsOf(files, folder) {
  const below = (file) => file.slice(folder.length + 1);
  return files.flatMap((file) => {
    const { dir, name, ext } = parse(file);
    const twin = `${dir}/${name}${ext === '.hpp' ? '.cpp' : '.hpp'}`;
    const hasTwin = /\.[ch]pp$/.test(file) && files.includes(twin);
    if (hasTwin && ext === '.cpp') return [];
    const shown = hasTwin ? below(`${dir}/${name}.{hpp,cpp}`) : below(file);
    return [[`\`${shown}\``, describe(file)]];
  });
}

/** The layers of lib/ or native/ from the ground up, then the files of each folder. */
function layered(folder, endings) {
  const files = filesIn(folder, endings);
  const filesOf = (entry) => files.filter((file) => file.startsWith(`${folder}/${entry}`));
  const overview = layers[folder].flatMap(({ entry, purpose }) =>
    entry.endsWith('/')
      ? [[`[\`${entry}\`](#${folder}${entry.replaceAll('/', '')})`, purpose]]
      : rowsOf(
          files.filter((file) => parse(file).dir === folder && parse(file).name === entry),
          folder,
        ),
  );
  const folders = layers[folder]
    .filter(({ entry }) => entry.endsWith('/'))
    .map(({ entry }) => {
      const path = `${folder}/${entry.slice(0, -1)}`;
      return `#### \`${path}/\`\n\n${table(rowsOf(filesOf(entry), path))}`;
    });
  return [table(overview, 'layer'), ...folders].join('\n\n');
}

/** The tables by the name that their markers in the page have. */
const tables = {
  native: () => layered('native', /\.[ch]pp$/),
  lib: () => layered('lib', /\.ts$/),
  scripts: () => table(rowsOf(filesIn('scripts', /(?<!\.d)\.(cjs|sh|py)$|\/bin\//), 'scripts')),
  python: () => table(rowsOf(filesIn('python', /\.(py|sh)$/), 'python')),
};

async function main() {
  const current = readFileSync(page, 'utf8');
  const filled = current.replace(
    /(<!-- files: (\w+) -->)[^]*?(<!-- end -->)/g,
    (all, begin, name, end) => `${begin}\n\n${tables[name]()}\n\n${end}`,
  );
  const prettier = require('prettier');
  const options = await prettier.resolveConfig(page, { editorconfig: true });
  const text = await prettier.format(filled, { ...options, parser: 'markdown' });
  if (!process.argv.includes('--check')) writeFileSync(page, text);
  else if (text !== current) problems.push('docs/architecture.md is not current: npm run format');
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

void main();
