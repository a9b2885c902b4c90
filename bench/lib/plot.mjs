/** Draws the plots of the page. */
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

/** Renders a Vega-Lite plot as SVG. */
export async function draw(spec) {
  const whole = { width: 420, height: 200, background: 'white', ...spec };
  return new View(parse(compile(whole).spec), { renderer: 'none' }).toSVG();
}

/** Vega-Lite plot with a bar for the ratio of each row, and a line at its goal. */
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
        encoding: { x: { field: 'ratio', type: 'quantitative', title: 'this package / peer' }, y },
      },
      {
        mark: { type: 'tick', color: '#d62728', thickness: 2 },
        encoding: { x: { field: 'goal', type: 'quantitative' }, y },
      },
    ],
  };
}
