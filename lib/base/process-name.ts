/** Names that say which process made something, so that others can tell whether it still runs. */
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    // Another system, or a process that may not read it.
    return '';
  }
}

/** Where process numbers mean the same: this start of this machine, or of this container. */
const place = createHash('sha256')
  .update(hostname())
  .update(attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')))
  .update(attempt(() => readlinkSync('/proc/self/ns/pid')))
  .digest('hex')
  .slice(0, 8);

/** State of a process and when it started, on Linux: process numbers are used again. */
function processOf(pid: number): { state: string; start: string } {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The name of the program, in brackets, may hold anything.
  const [state = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state, start: rest[18] ?? '0' };
}

/** A name nobody else has: place, process, its start, something random. */
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

/** Whether the process of such a name has ended; undefined where this process cannot tell. */
export function hasEnded(name: string): boolean | undefined {
  const [, where, pid, started] = /^([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{8}$/.exec(name) ?? [];
  if (where !== place) return undefined;
  if (!isRunning(Number(pid))) return true;
  const { state, start } = processOf(Number(pid));
  const isOther = started !== '0' && start !== '0' && start !== started;
  return isOther || state === 'Z' || state === 'X';
}
