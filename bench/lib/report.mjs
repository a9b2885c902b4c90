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

const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function line({ what, unit, ours, peer, peerName, goal, better }) {
  // What the eye cannot see in the table does not count.
  const ratio = Math.round((100 * ours) / peer) / 100;
  const reached = better === 'lower' ? ratio <= goal : ratio >= goal;
  const sign = better === 'lower' ? '≤' : '≥';
  return `| ${what} | ${number(ours)} ${unit} | ${number(peer)} ${unit} (${peerName}) | ${ratio.toFixed(2)}× | ${sign} ${goal}× | ${reached ? 'yes' : '**no**'} |`;
}

/** The page. */
export function page(parts, { machine, rounds }) {
  const sections = parts.map(({ title, about, rows, plots }) =>
    [
      `## ${title}`,
      '',
      about,
      '',
      '| what | here | peer | ratio | goal | reached |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows.map(line),
      ...plots.flatMap((plot) => ['', plot]),
    ].join('\n'),
  );
  return `# Benchmarks

Written by \`npm run bench\`. Every figure is the median of ${rounds} turns, taken side by side with the peer's in one run.

${machine.map((text) => `- ${text}`).join('\n')}

${sections.join('\n\n')}
`;
}
