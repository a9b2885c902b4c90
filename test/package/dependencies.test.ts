import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { bareEnvironment, packageRoot, temporaryFolders, writeProgram } from '../helpers/folders';

const newFolder = temporaryFolders();
const read = (file: string): string => readFileSync(join(packageRoot, file), 'utf8');

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** The package.json of the root and of each package in packages/. */
const manifests = [
  '.',
  ...readdirSync(join(packageRoot, 'packages')).map((name) => `packages/${name}`),
]
  .map((folder) => `${folder}/package.json`)
  .filter((file) => existsSync(join(packageRoot, file)))
  .map((file) => JSON.parse(read(file)) as Manifest);

/** The names of all dependencies of one kind, without the packages of this repository. */
function namesOf(kind: 'dependencies' | 'devDependencies'): string[] {
  const own = manifests.map(({ name }) => name);
  const names = manifests.flatMap((manifest) => Object.keys(manifest[kind] ?? {}));
  return [...new Set(names)].filter((name) => !own.includes(name)).sort();
}

/** Name, licence and reason in each row of the table below a heading. */
function rowsBelow(heading: string): { name: string; licence: string; reason: string }[] {
  const section = read('docs/dependencies.md').split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)` *\|([^|]*)\|([^|]*)\|/gm)].map(
    ([, name = '', licence = '', reason = '']) => ({
      name,
      licence: licence.trim(),
      reason: reason.trim(),
    }),
  );
}

describe.each([
  ['What users install', namesOf('dependencies')],
  ['What development needs', namesOf('devDependencies')],
])('docs/dependencies.md: %s', (heading, wanted) => {
  const rows = rowsBelow(heading);

  test('lists the dependencies of package.json', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(wanted);
  });

  test.each(rows)('$name has a reason and the right licence', ({ name, licence, reason }) => {
    expect(reason).not.toBe('');
    const { license } = JSON.parse(read(`node_modules/${name}/package.json`)) as {
      license: string;
    };
    expect(licence).toBe(license);
  });
});

test('docs/dependencies.md names each list of pinned Python packages, and each pin has a hash', () => {
  const rows = read('docs/dependencies.md');
  for (const file of ['scripts/openvino.txt', 'python/quantize.txt', 'python/check.txt']) {
    expect(rows).toContain(`\`${file}\``);
    const requirements = read(file)
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => /^\w/.test(line));
    expect(requirements.length).toBeGreaterThan(0);
    for (const line of requirements)
      expect(line).toMatch(/^[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}/);
  }
});

describe('package-lock.json', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<
      string,
      {
        integrity?: string;
        dev?: boolean;
        hasInstallScript?: boolean;
        link?: boolean;
        resolved?: string;
      }
    >;
  };
  // Without the root and the packages of this repository, which npm links.
  const locked = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  );

  test('has a hash for each package', () => {
    expect(locked.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)).toEqual(
      [],
    );
  });

  test('has no install script in a package that users install', () => {
    const scripts = locked.filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev);
    expect(scripts.map(([path]) => path)).toEqual([]);
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
    const own = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
    expect(Object.keys(own).filter((name) => /install|^prepare/.test(name))).toEqual([]);
  });
});

describe('scripts/ci/audit.cjs', () => {
  /** Runs the audit with an npm that prints the given answer. */
  function audit(answer: object | string) {
    const folder = newFolder();
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    writeProgram(join(folder, 'npm'), `cat <<'end'\n${text}\nend`);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(packageRoot, 'scripts/ci/audit.cjs')],
      {
        env: bareEnvironment({ PATH: `${folder}${delimiter}${process.env.PATH}` }),
        encoding: 'utf8',
      },
    );
    return { status, stdout, stderr };
  }

  test('passes if there are no known vulnerabilities', () => {
    expect(audit({ auditReportVersion: 2, vulnerabilities: {} })).toEqual({
      status: 0,
      stdout:
        'dependencies of users: no known vulnerabilities\ndependencies of users and developers: no known vulnerabilities\n',
      stderr: '',
    });
  });

  test('fails on a vulnerability and names the package', () => {
    const { status, stderr } = audit({
      auditReportVersion: 2,
      vulnerabilities: { minimist: { severity: 'low' } },
    });
    expect(status).toBe(1);
    expect(stderr).toContain('dependencies of users: minimist (low)\n');
  });

  test('reports that nothing was checked if the registry has no audit service', () => {
    const { status, stdout } = audit({ message: '405 Method Not Allowed', statusCode: 405 });
    expect(status).toBe(0);
    expect(stdout).toMatch(/dependencies of users: NOT CHECKED, .*HTTP 405/);
  });

  test.each([[{ message: 'getaddrinfo ENOTFOUND' }], [{ statusCode: 503 }], ['no JSON'], ['']])(
    'fails if the registry could not be queried: %j',
    (answer) => {
      const { status, stderr } = audit(answer);
      expect(status).toBe(1);
      expect(stderr).toContain('could not be queried');
    },
  );
});
