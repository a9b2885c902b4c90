/** Starts programs: every failure to start one is a rejection, and never an event that nobody listens for. */
import type { ChildProcess, SpawnOptions } from 'node:child_process';

/** Loaded when first needed: it would make each start 3 ms longer. */
const childProcess = () => process.getBuiltinModule('node:child_process');

/** How a process ended. */
export interface ChildEnd {
  /** Its exit code; null when a signal ended it. */
  status: number | null;
  signal: NodeJS.Signals | null;
  /** It ran into the timeout it was started with, or was stopped by `kill`. */
  killed: boolean;
}

/** Options of `spawn`; the timeout is in ms. */
type Options = Omit<SpawnOptions, 'signal'>;

/**
 * Runs a program to its end. Rejects with the system's error when it cannot be started: it does not exist, or
 * the system has no file descriptors, processes or memory left.
 *
 * @param onStart - is given the process before it runs; not called when there is none, which may have no pipes
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
    // Node's own timer would go on for a process that was never started.
    const timer = timeout && setTimeout(() => child.kill(killSignal), timeout);
    child.on('exit', () => {
      clearTimeout(timer);
    });
    onStart(child);
  });
}
