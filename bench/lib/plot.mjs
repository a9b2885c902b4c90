/** Plots for the page. */
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

/** A plot of Vega-Lite as SVG. */
export async function draw(spec) {
  const whole = { width: 420, height: 200, background: 'white', ...spec };
  return new View(parse(compile(whole).spec), { renderer: 'none' }).toSVG();
}

/** A bar for each ratio of a table, and the line of its goal. */
export function ratios(rows) {
  const values = rows.map(({ what, peerName, ours, peer, goal }) => ({
    what: `${what.replaceAll('`', '')} / ${peerName}`,
    ratio: ours / peer,
    goal,
  }));
  const y = { field: 'what', type: 'nominal', title: null, sort: null, axis: { labelLimit: 420 } };
  return {
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
  };
}
