// Known weaknesses of what is installed, by `npm audit`. Fails on any, and where the registry could not
// be asked. A registry without that service, as mirrors are, is said so: then nothing was checked.
//
//   node scripts/ci/audit.cjs
const { spawnSync } = require('node:child_process');

/** How HTTP says that there is no such service. */
const absent = [404, 405, 410, 501];

for (const [what, options] of [
  ['what users install', ['--omit=dev']],
  ['all that development needs', []],
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
    console.log(`${what}: no known weaknesses`);
  } else if (found.length > 0) {
    console.error(
      `${what}: ${found.map(([name, { severity }]) => `${name} (${severity})`).join(', ')}`,
    );
    process.exitCode = 1;
  } else if (absent.includes(report.statusCode)) {
    console.log(
      `${what}: NOT CHECKED, this registry has no audit service (HTTP ${report.statusCode})`,
    );
  } else {
    console.error(
      `${what}: the registry could not be asked: ${report.message || 'npm said nothing'}`,
    );
    process.exitCode = 1;
  }
}
