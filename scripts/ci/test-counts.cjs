// Prints how many tests passed, failed and were skipped, from result files of jest.
//
//   node scripts/ci/test-counts.cjs [--none-skipped] RESULT.json …
//
// --none-skipped  prints the skipped tests instead, and fails if a test was skipped or failed, or if none passed
//
// A test file that could not run counts as one failure, and so does a missing result file.
const { existsSync, readFileSync } = require('node:fs');
const { parseArgs } = require('node:util');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'none-skipped': { type: 'boolean', default: false } },
});

function read(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: [] };
  const result = JSON.parse(readFileSync(file, 'utf8'));
  const skipped = result.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => !['passed', 'failed'].includes(status));
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: skipped.map(({ fullName }) => fullName),
  };
}

const results = positionals.map(read);
const sum = (of) => results.reduce((total, result) => total + of(result), 0);
const passed = sum((result) => result.passed);
const failed = sum((result) => result.failed);
const skipped = results.flatMap((result) => result.skipped);
if (values['none-skipped']) {
  for (const name of skipped) console.error(`skipped: ${name}`);
  if (passed === 0 || failed > 0 || skipped.length > 0) process.exitCode = 1;
} else {
  const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  console.log(`${passed} passed, ${failed} failed${rest}`);
}
