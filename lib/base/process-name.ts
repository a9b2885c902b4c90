/** Names files after the process that made them, so that other processes can check whether it still runs. */

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    // Not Linux, or this process may not read it.
    return '';
  }
}

/** Identifies the boot and the process namespace (container) in which process IDs are unique. */
const place = createHash('sha256')
  .update(hostname())
  .update(attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')))
  .update(attempt(() => readlinkSync('/proc/self/ns/pid')))
  .digest('hex')
  .slice(0, 8);

/** The state of a process and its start time (Linux only), which distinguishes it from a later process with its ID. */
function processOf(pid: number): { state: string; start: string } {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The name of the program stands in brackets and may contain any character.
  const [state = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state, start: rest[18] ?? '0' };
}

/** A unique name for something that this process makes: PLACE-PROCESS-START-RANDOM. */
export function processName(): string {
  const random = randomUUID().slice(0, 8);
  return `${place}-${process.pid}-${processOf(process.pid).start}-${random}`;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Whether the process of such a name has ended; undefined if this process cannot know. */
export function hasEnded(name: string): boolean | undefined {
  const [, where, pid, started] = /^([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{8}$/.exec(name) ?? [];
  if (where !== place) return undefined;
  if (!isRunning(Number(pid))) return true;
  const { state, start } = processOf(Number(pid));
  const isOther = started !== '0' && start !== '0' && start !== started;
  return isOther || state === 'Z' || state === 'X';
}
