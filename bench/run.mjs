#!/usr/bin/env node
/**
 * Runs the benchmarks and writes docs/benchmarks.md.
 *
 *   node bench/run.mjs [--short] [--output FILE] [NAME …]
 *
 * --short   fewer rounds, for a first look; says so in the page
 * --output  where the page goes (default: docs/benchmarks.md when all of them run, else stdout)
 */
import { writeFileSync } from 'node:fs';
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
import { ratios } from './lib/plot.mjs';
import { describeMachine, page } from './lib/report.mjs';
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
  const { rows, plots = [] } = Array.isArray(measured) ? { rows: measured } : measured;
  parts.push({ title, about, rows, plots: [await ratios(name, rows), ...plots] });
}
const markdown = page(parts, { machine: describeMachine(), rounds });
const text = await format(markdown, { parser: 'markdown', ...(await resolveConfig(root)) });
const output =
  values.output ?? (positionals.length === 0 ? join(root, 'docs', 'benchmarks.md') : undefined);
if (output === undefined) process.stdout.write(text);
else writeFileSync(output, text);
