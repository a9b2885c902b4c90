'use strict';
/**
 * Reads what ThreadSanitizer reported and fails if any of it is about our code.
 *
 *   node scripts/ci/races.cjs REPORT …
 *
 * Node and the runtime are not built with it: what they do among themselves without its knowing is no
 * finding. A suppression of those libraries would also hide our callbacks, which the runtime calls and which
 * therefore have one of its frames below them. So a report counts where the first frame that belongs to no
 * sanitizer, of either access, is in the addon.
 */
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

const reports = process.argv
  .slice(2)
  .flatMap((file) => readFileSync(file, 'utf8').split(/^={10,}$/m))
  .filter((text) => text.includes('WARNING: ThreadSanitizer'));
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
