#!/usr/bin/env node
/**
 * Runs the benchmarks; writes docs/benchmarks.md, its plots, and docs/benchmarks/ratios.json for later comparisons.
 *
 *   node bench/run.mjs [--short] [--output FILE] [NAME …]
 *
 * --short   run fewer and shorter rounds; print the ratios of the last full run beside the new ones
 * --output  file for the page (default: docs/benchmarks.md for a full run, else stdout)
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
    `Unknown benchmark: ${unknown.join(', ')}. Expected one of: ${Object.keys(all).join(', ')}`,
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
const isFull = positionals.length === 0 && !values.short;
const kept = join(root, 'docs', 'benchmarks');
const ratiosFile = join(kept, 'ratios.json');
const recorded =
  !isFull && existsSync(ratiosFile) ? JSON.parse(readFileSync(ratiosFile, 'utf8')) : undefined;
const markdown = page(parts, {
  ...{ machine: describeMachine(), rounds, recorded },
  // Only the committed page has plots.
  plots: isFull ? 'benchmarks' : undefined,
});
const style = await resolveConfig(join(root, 'package.json'));
const text = await format(markdown, { ...style, parser: 'markdown' });
const output = values.output ?? (isFull ? join(root, 'docs', 'benchmarks.md') : undefined);
if (output === undefined) process.stdout.write(text);
else writeFileSync(output, text);
if (isFull) {
  mkdirSync(kept, { recursive: true });
  for (const [name, spec] of parts.flatMap(({ plots }) => Object.entries(plots)))
    writeFileSync(join(kept, `${name}.svg`), await draw(spec));
  const ratios = await format(JSON.stringify(record(parts)), { ...style, parser: 'json' });
  writeFileSync(ratiosFile, ratios);
}
