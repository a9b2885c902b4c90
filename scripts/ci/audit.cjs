// Runs `npm audit` and fails on any known vulnerability, or if the registry cannot be asked.
//
//   node scripts/ci/audit.cjs
//
// Registries without an audit service, as mirrors often are, do not fail: the output says that nothing was checked.
const { spawnSync } = require('node:child_process');

/** HTTP status codes of a registry without an audit service. */
const absent = [404, 405, 410, 501];

for (const [what, options] of [
  ['dependencies of users', ['--omit=dev']],
  ['dependencies of users and developers', []],
]) {
  const { stdout } = spawnSync('npm', ['audit', '--json', ...options], { encoding: 'utf8' });
  let report;
  try {
    report = JSON.parse(stdout);
  } catch {
    report = { message: stdout };
  }
  const found = Object.entries(report.vulnerabilities ?? {});
  if (report.auditReportVersion !== undefined && found.length === 0) {
    console.log(`${what}: no known vulnerabilities`);
  } else if (found.length > 0) {
    console.error(
      `${what}: ${found.map(([name, { severity }]) => `${name} (${severity})`).join(', ')}`,
    );
    process.exitCode = 1;
  } else if (absent.includes(report.statusCode)) {
    console.log(
      `${what}: NOT CHECKED, because this registry has no audit service (HTTP ${report.statusCode})`,
    );
  } else {
    console.error(
      `${what}: the registry could not be queried: ${report.message || 'npm printed nothing'}`,
    );
    process.exitCode = 1;
  }
}
