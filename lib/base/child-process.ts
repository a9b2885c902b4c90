/** Starts programs so that every failure to start one rejects a promise. */

import type { ChildProcess, SpawnOptions } from 'node:child_process';

/** Loads node:child_process when first needed, because loading it takes 3 ms. */
const childProcess = () => process.getBuiltinModule('node:child_process');

/** How a process ended. */
export interface ChildEnd {
  /** The exit code; null if a signal ended the process. */
  status: number | null;
  signal: NodeJS.Signals | null;
  /** Whether `timeout` passed or `kill` was called. */
  killed: boolean;
}

/** Options of `spawn`; the timeout is in ms. */
type Options = Omit<SpawnOptions, 'signal'>;

/**
 * Runs a program to its end. Rejects with the system's error if it cannot be started: it does not exist, or the system
 * has no file descriptors, processes or memory left.
 *
 * @param onStart - receives the process before it runs; not called if the program could not be started
 */
export function runChild(
  command: string,
  args: readonly string[],
  { timeout, killSignal, ...options }: Options,
  onStart: (child: ChildProcess) => void,
): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const child = childProcess().spawn(command, args, options);
    child.on('error', reject);
    child.on('close', (status, signal) => {
      resolve({ status, signal, killed: child.killed });
    });
    if (child.pid === undefined) return;
    // Not spawn's own `timeout`: its timer would go on for a process that was never started.
    const timer = timeout && setTimeout(() => child.kill(killSignal), timeout);
    child.on('exit', () => {
      clearTimeout(timer);
    });
    onStart(child);
  });
}
