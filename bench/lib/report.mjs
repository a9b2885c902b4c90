/** Writes the measurements as a Markdown page, and as ratios for later comparisons. */
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { root } from './places.mjs';

const require = createRequire(import.meta.url);

/** Describes the machine in one line, and the versions in another. */
export function describeMachine() {
  const [{ model }] = cpus();
  const features = ['avx2', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_tile', 'amx_int8'];
  let flags = [];
  try {
    flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))[1].trim().split(' ');
  } catch {
    // Only Linux has this file.
  }
  const has = features.filter((feature) => flags.includes(feature));
  const { IECore } = require(join(root, 'dist'));
  const [version] = Object.values(new IECore().getVersions('CPU'));
  return [
    `${model.trim()}, ${cpus().length} processors (${has.join(', ') || 'features unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${type()} ${release()} ${arch()}, Node ${process.versions.node}, OpenVINO ${version.buildNumber}`,
  ];
}

/** Whether a row reaches its goal. */
function isReached({ ours, peer, goal, better }) {
  // Rounded as in the table, so that a printed ratio never contradicts the verdict beside it.
  const ratio = Math.round((100 * ours) / peer) / 100;
  return better === 'lower' ? ratio <= goal : ratio >= goal;
}

const keyOf = ({ what, peerName }) => `${what} / ${peerName}`;

/** For later comparisons: the ratio of each row, and the part of it that may be chance. */
export function record(parts) {
  const entries = parts.flatMap(({ title, rows }) =>
    rows.map((row) => [`${title}: ${keyOf(row)}`, [row.ours / row.peer, row.noise]]),
  );
  const round = (value) => Number(value.toPrecision(3));
  return Object.fromEntries(entries.map(([key, values]) => [key, values.map(round)]));
}

/** Formats the recorded ratio; adds "worse" if the new one is worse by more than 3 % and more than the noise. */
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

/** Lists the missed goals with their explanations. */
function reasons(rows) {
  const missed = rows.filter((row) => !isReached(row));
  const whys = [...new Set(missed.map(({ why }) => why))];
  return whys.flatMap((why) => {
    const names = missed.filter((row) => row.why === why).map(keyOf);
    return ['', `**Goal missed:** ${names.join('; ')}. ${why ?? 'The cause is unknown.'}`];
  });
}

/**
 * Writes the page.
 *
 * @param options.plots - the folder of the plots, relative to the page; undefined: no plots
 * @param options.recorded - the result of `record` for an earlier run, shown in a column of its own
 */
export function page(parts, { machine, rounds, recorded, plots: folder }) {
  const extra = recorded === undefined ? ['', ''] : [' recorded |', ' --- |'];
  const sections = parts.map(({ title, about, rows, plots }) =>
    [
      `## ${title}`,
      '',
      about,
      '',
      `| measurement | this package | peer | ratio | goal | reached |${extra[0]}`,
      `| --- | --- | --- | --- | --- | --- |${extra[1]}`,
      ...rows.map((row) => line(row) + (recorded ? change(title, row, recorded) : '')),
      ...reasons(rows),
      ...(folder === undefined
        ? []
        : Object.keys(plots).flatMap((name) => ['', `![${name}](${folder}/${name}.svg)`])),
    ].join('\n'),
  );
  return `# Benchmarks

Written by \`npm run bench\`. Each figure is the median of ${rounds} rounds. In each round, this package and its peers are measured one after the other. The ratio is this package divided by the peer.

${machine.map((text) => `- ${text}`).join('\n')}

${sections.join('\n\n')}
`;
}
