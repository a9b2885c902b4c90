import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcessesOf, environmentOf } from '../../scripts/killed-build.cjs';

// A process that starts another one, and prints a line when that one runs.
const program = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  child.on('spawn', () => console.log('runs'));
  setInterval(() => {}, 1000);
`;

test('ends the processes of a killed build and their children, and no others', async () => {
  const start = (build: string) =>
    spawn(process.execPath, ['-e', program], {
      env: environmentOf(build),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const [killed, other] = [start('killed'), start('other')];
  await Promise.all([killed, other].map(async ({ stdout }) => once(stdout, 'data')));
  // Its pipe closes once the inner process has ended, too.
  const closed = once(killed, 'close');
  endProcessesOf('killed');
  expect(await closed).toEqual([null, 'SIGKILL']);
  await sleep(100);
  expect(other.exitCode).toBeNull();
  expect(other.signalCode).toBeNull();
  endProcessesOf('other');
  expect(await once(other, 'close')).toEqual([null, 'SIGKILL']);
});
