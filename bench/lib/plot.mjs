/** Plots for the page, as SVG files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import { root } from './places.mjs';

/** Writes a plot of Vega-Lite under a name; gives the Markdown that shows it. */
export async function plot(name, spec) {
  const whole = { width: 420, height: 200, background: 'white', ...spec };
  const svg = await new View(parse(compile(whole).spec), { renderer: 'none' }).toSVG();
  const folder = join(root, 'docs', 'benchmarks');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.svg`), svg);
  return `![${name}](benchmarks/${name}.svg)`;
}

/** A bar for each ratio of a table, and the line of its goal. */
export async function ratios(name, rows) {
  const values = rows.map(({ what, peerName, ours, peer, goal }) => ({
    what: `${what.replaceAll('`', '')} / ${peerName}`,
    ratio: ours / peer,
    goal,
  }));
  const y = { field: 'what', type: 'nominal', title: null, sort: null, axis: { labelLimit: 420 } };
  return plot(name, {
    height: { step: 18 },
    data: { values },
    layer: [
      {
        mark: { type: 'bar', color: '#0068b5' },
        encoding: { x: { field: 'ratio', type: 'quantitative', title: 'ours / peer' }, y },
      },
      {
        mark: { type: 'tick', color: '#d62728', thickness: 2 },
        encoding: { x: { field: 'goal', type: 'quantitative' }, y },
      },
    ],
  });
}
