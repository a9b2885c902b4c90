// Prints the counts of a jest result file on one line. A test file that could not run at all counts
// as one failure, and so does a missing result.
//
//   node scripts/ci/test-counts.cjs [--none-skipped] RESULT.json
const { existsSync, readFileSync } = require('node:fs');

const strict = process.argv.includes('--none-skipped');
const file = process.argv.at(-1);

function read() {
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

const { passed, failed, skipped } = read();
if (strict) {
  for (const name of skipped) console.error(`skipped: ${name}`);
  if (passed === 0 || failed > 0 || skipped.length > 0) process.exitCode = 1;
} else {
  const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  console.log(`${passed} passed, ${failed} failed${rest}`);
}
