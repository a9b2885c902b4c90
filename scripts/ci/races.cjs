'use strict';
/**
 * Reads the reports of ThreadSanitizer and fails if one of them is about the addon.
 *
 *   OPENVINO_IECORE_ADDON=ADDON node scripts/ci/races.cjs REPORT …
 *
 * Node and the runtime are not built with ThreadSanitizer, so reports about them are false. Suppressing their
 * libraries would also hide our callbacks, because the runtime calls them and its frames are below ours. So a report
 * counts if, in the stack of either access, the first frame outside the sanitizer is in the addon.
 */
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');

/** Functions whose reports are false, with the reason. */
const excused = [
  // Reads an error that a thread of the runtime threw. The runtime passes it through std::future, whose atomic
  // operations are in libraries that are not built with the sanitizer.
  /iecore::Failure::Of\(/,
];

/** The stacks of the memory accesses in one report, each as a list of frames. */
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

/** The functions at an address in the addon, the innermost first. */
function functionsAt(address) {
  const lines = execFileSync(
    'addr2line',
    ['--demangle', '--functions', '--inlines', '--exe', process.env.OPENVINO_IECORE_ADDON, address],
    { encoding: 'utf8' },
  ).split('\n');
  return lines.filter((line, i) => i % 2 === 0 && line !== '').join(' in ');
}

/** Fills in the function names that are missing: the sanitizer reads no symbols of libraries loaded after its first report. */
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
// There are always some false reports about libraries; none at all means that the sanitizer did not run.
process.exitCode = ours.length > 0 || reports.length === 0 ? 1 : 0;
