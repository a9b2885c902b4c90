#!/usr/bin/env node
/**
 * Runs the benchmarks and writes docs/benchmarks.md, and docs/benchmarks/ratios.json to compare later runs with.
 *
 *   node bench/run.mjs [--short] [--output FILE] [NAME …]
 *
 * --short   fewer rounds, for a first look; the ratios of the last whole run are shown beside
 * --output  where the page goes (default: docs/benchmarks.md for a whole run, else stdout)
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import * as benchmarkApp from './benchmark-app.mjs';
import * as calls from './calls.mjs';
import * as conversion from './conversion.mjs';
import * as folder from './folder.mjs';
import * as load from './load.mjs';
import * as resnet from './resnet.mjs';
import * as start from './start.mjs';
import { draw, ratios } from './lib/plot.mjs';
import { describeMachine, page, record } from './lib/report.mjs';
import { prepare, root } from './lib/places.mjs';

const all = { calls, resnet, folder, start, load, 'benchmark-app': benchmarkApp, conversion };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false }, output: { type: 'string' } },
});
const unknown = positionals.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(all).join(', ')}`,
  );
  process.exit(2);
}

await prepare();
const names = positionals.length > 0 ? positionals : Object.keys(all);
const rounds = values.short ? 3 : 5;
const parts = [];
for (const name of names) {
  const { title, about, run } = all[name];
  console.error(`${title} …`);
  const measured = await run({ rounds, short: values.short });
  const { rows, plots } = Array.isArray(measured) ? { rows: measured } : measured;
  parts.push({ title, about, rows, plots: { [name]: ratios(rows), ...plots } });
}
const isWhole = positionals.length === 0 && !values.short;
const kept = join(root, 'docs', 'benchmarks');
const ratiosFile = join(kept, 'ratios.json');
const recorded =
  !isWhole && existsSync(ratiosFile) ? JSON.parse(readFileSync(ratiosFile, 'utf8')) : undefined;
const markdown = page(parts, {
  ...{ machine: describeMachine(), rounds, recorded },
  // Plots are for the page that is kept.
  plots: isWhole ? 'benchmarks' : undefined,
});
const style = await resolveConfig(join(root, 'package.json'));
const text = await format(markdown, { ...style, parser: 'markdown' });
const output = values.output ?? (isWhole ? join(root, 'docs', 'benchmarks.md') : undefined);
if (output === undefined) process.stdout.write(text);
else writeFileSync(output, text);
if (isWhole) {
  mkdirSync(kept, { recursive: true });
  for (const [name, spec] of parts.flatMap(({ plots }) => Object.entries(plots)))
    writeFileSync(join(kept, `${name}.svg`), await draw(spec));
  const ratios = await format(JSON.stringify(record(parts)), { ...style, parser: 'json' });
  writeFileSync(ratiosFile, ratios);
}
