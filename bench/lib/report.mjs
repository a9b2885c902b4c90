/** What was measured, as a page of Markdown. */
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { root } from './places.mjs';

const require = createRequire(import.meta.url);

/** The machine and the versions, in a line each. */
export function describeMachine() {
  const [{ model }] = cpus();
  const features = ['avx2', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'amx_int8'];
  let flags = [];
  try {
    flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))[1].trim().split(' ');
  } catch {
    // Only Linux tells.
  }
  const has = features.filter((feature) => flags.includes(feature));
  const { IECore } = require(join(root, 'dist'));
  const [version] = Object.values(new IECore().getVersions('CPU'));
  return [
    `${model.trim()}, ${cpus().length} processors (${has.join(', ') || 'features unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${type()} ${release()} ${arch()}, Node ${process.versions.node}, OpenVINO ${version.buildNumber}`,
  ];
}

/** Whether a row is what it should be. */
function isReached({ ours, peer, goal, better }) {
  // What the eye cannot see in the table does not count.
  const ratio = Math.round((100 * ours) / peer) / 100;
  return better === 'lower' ? ratio <= goal : ratio >= goal;
}

const keyOf = ({ what, peerName }) => `${what} / ${peerName}`;

/** What later runs are compared with: the ratio of each row, and how much of it is chance. */
export function record(parts) {
  const entries = parts.flatMap(({ title, rows }) =>
    rows.map((row) => [`${title}: ${keyOf(row)}`, [row.ours / row.peer, row.noise]]),
  );
  const round = (value) => Number(value.toPrecision(3));
  return Object.fromEntries(entries.map(([key, values]) => [key, values.map(round)]));
}

/** How a ratio compares with the recorded one: worse where it is so by more than chance. */
function change(title, row, recorded) {
  const [before, noise] = recorded[`${title}: ${keyOf(row)}`] ?? [];
  if (before === undefined) return ' - |';
  const ratio = row.ours / row.peer;
  const loss = row.better === 'lower' ? ratio / before - 1 : before / ratio - 1;
  return ` ${before.toFixed(2)}×${loss > Math.max(0.03, noise + row.noise) ? ' **worse**' : ''} |`;
}

const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function line(row) {
  const { what, unit, ours, peer, peerName, goal, better } = row;
  const sign = better === 'lower' ? '≤' : '≥';
  return `| ${what} | ${number(ours)} ${unit} | ${number(peer)} ${unit} (${peerName}) | ${(ours / peer).toFixed(2)}× | ${sign} ${goal}× | ${isReached(row) ? 'yes' : '**no**'} |`;
}

/** What was missed, and why. */
function reasons(rows) {
  const missed = rows.filter((row) => !isReached(row));
  const whys = [...new Set(missed.map(({ why }) => why))];
  return whys.flatMap((why) => {
    const names = missed.filter((row) => row.why === why).map(keyOf);
    return ['', `**Missed:** ${names.join('; ')}. ${why ?? 'Nobody knows why.'}`];
  });
}

/**
 * The page.
 *
 * @param options.plots - the folder of the plots, seen from the page
 * @param options.recorded - what `record` gave for an earlier run, to show beside
 */
export function page(parts, { machine, rounds, recorded, plots: folder }) {
  const more = recorded === undefined ? ['', ''] : [' recorded |', ' --- |'];
  const sections = parts.map(({ title, about, rows, plots }) =>
    [
      `## ${title}`,
      '',
      about,
      '',
      `| what | here | peer | ratio | goal | reached |${more[0]}`,
      `| --- | --- | --- | --- | --- | --- |${more[1]}`,
      ...rows.map((row) => line(row) + (recorded ? change(title, row, recorded) : '')),
      ...reasons(rows),
      ...(folder === undefined
        ? []
        : Object.keys(plots).flatMap((name) => ['', `![${name}](${folder}/${name}.svg)`])),
    ].join('\n'),
  );
  return `# Benchmarks

Written by \`npm run bench\`. Every figure is the median of ${rounds} turns, taken side by side with the peer's in one run.

${machine.map((text) => `- ${text}`).join('\n')}

${sections.join('\n\n')}
`;
}
