/** Writes pages: text, tables, images and plots in one HTML file without external resources. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ChartConfiguration, ChartType } from 'chart.js' with { 'resolution-mode': 'import' };
import { jsonText, xmlText } from '../../base/escape-text';
import { writeAtomically } from '../../base/atomic-files';

/** A plot. */
export interface Plot {
  /** Its title, one sentence that describes it; also the text for screen readers. */
  title: string;
  config: ChartConfiguration<ChartType, unknown>;
}

/** Formats a table of texts as HTML; the first column holds names, the others numbers. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, texts: readonly string[]): string =>
    texts.map((text) => `<${tag}>${xmlText(text)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<div class="wide"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const style = `body{font:16px/1.4 system-ui,sans-serif;margin:1em auto;padding:0 1em;max-width:70em;color:#222}
main{display:flex;flex-wrap:wrap;gap:1em}figure{margin:0;width:250px;max-width:100%}figure ul{list-style:none;padding:0;margin:0}
img{max-width:100%}.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9em}th,td{padding:.3em .6em;text-align:right;border-bottom:1px solid #ddd;white-space:nowrap}
th:first-child,td:first-child{text-align:left}.plot{position:relative;height:22em;margin:1em 0 2em}footer{color:#666;margin-top:2em}`;

// JSON inside a script element: no `<`, so that nothing can end the script.
const inScript = (value: unknown): string => jsonText(value).replaceAll('<', '\\u003c');

function drawing(plots: readonly Plot[]): string {
  if (plots.length === 0) return '';
  const library = join(dirname(require.resolve('chart.js')), 'chart.umd.min.js');
  const code = readFileSync(library, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  const common = { responsive: true, maintainAspectRatio: false, animation: false };
  const configs = plots.map(({ config, title }) => ({
    ...config,
    options: {
      ...common,
      ...config.options,
      plugins: { ...config.options?.plugins, title: { display: true, text: title } },
    },
  }));
  return `<script>${code.replaceAll('</script', '<\\/script')}</script>
<script>for (const [i, config] of ${inScript(configs)}.entries()) new Chart(document.getElementById('plot' + i), config);</script>`;
}

/** Writes a page; the plots follow the first part of the body. The parts are HTML. */
export async function writePage(
  file: string,
  { title, body, plots = [] }: { title: string; body: readonly string[]; plots?: readonly Plot[] },
): Promise<void> {
  const canvases = plots.map(
    (plot, i) =>
      `<div class="plot"><canvas id="plot${i}" role="img" aria-label="${xmlText(plot.title)}"></canvas></div>`,
  );
  const text = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>${xmlText(title)}</title>
<style>${style}</style></head>
<body><h1>${xmlText(title)}</h1>
${[...body.slice(0, 1), ...canvases, ...body.slice(1)].join('\n')}
${drawing(plots)}
</body></html>
`;
  await writeAtomically(file, text);
}
