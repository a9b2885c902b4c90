'use strict';
/**
 * Reads what ThreadSanitizer reported and fails if any of it is about our code.
 *
 *   OPENVINO_IECORE_ADDON=ADDON node scripts/ci/races.cjs REPORT …
 *
 * Node and the runtime are not built with it: what they do among themselves without its knowing is no
 * finding. A suppression of those libraries would also hide our callbacks, which the runtime calls and which
 * therefore have one of its frames below them. So a report counts where the first frame that belongs to no
 * sanitizer, of either access, is in the addon.
 */
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');

/** Functions whose reports are none, with the reason. */
const excused = [
  // It reads the error that a thread of the runtime threw. The runtime hands it over through std::future,
  // whose atomic operations are in libraries that are not built with the sanitizer.
  /iecore::Failure::Of\(/,
];

/** The stacks of the accesses of one report. */
function accesses(report) {
  return report
    .split(/\n\s*\n/)
    .filter((part) => /^\s*(Previous )?(atomic )?(write|read) of size /im.test(part))
    .map((part) => part.split('\n').filter((line) => /^\s*#\d+ /.test(line)));
}

function isOurs(report) {
  return accesses(report).some((frames) => {
    const own = frames.filter((frame) => !/\((libtsan|libstdc\+\+)\.so/.test(frame));
    return own.length > 0 && own[0].includes('(openvino_iecore.node');
  });
}

/** The functions at a place in the addon, the innermost first. */
function functionsAt(address) {
  const lines = execFileSync(
    'addr2line',
    ['--demangle', '--functions', '--inlines', '--exe', process.env.OPENVINO_IECORE_ADDON, address],
    { encoding: 'utf8' },
  ).split('\n');
  return lines.filter((line, i) => i % 2 === 0 && line !== '').join(' in ');
}

/** With names where the sanitizer knows none: it does not look into what was loaded after its first report. */
function named(report) {
  return report.replace(
    /<null> <null> (\(openvino_iecore\.node\+(0x[0-9a-f]+)\))/g,
    (_, place, address) => `${functionsAt(address)} ${place}`,
  );
}

const reports = process.argv
  .slice(2)
  .flatMap((file) => readFileSync(file, 'utf8').split(/^={10,}$/m))
  .filter((text) => text.includes('WARNING: ThreadSanitizer'))
  .map(named);
const ours = reports.filter(
  (report) =>
    isOurs(report) &&
    !accesses(report).some((frames) =>
      frames.some((frame) => excused.some((pattern) => pattern.test(frame))),
    ),
);
for (const report of ours) console.error(report);
console.log(`${reports.length} reports about Node and the runtime, ${ours.length} about the addon`);
// The sanitizer always sees something in libraries it does not know; nothing at all means that it was not there.
process.exitCode = ours.length > 0 || reports.length === 0 ? 1 : 0;
