/** Reports the error that ends a command, and chooses the exit code. */

import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { OpenVINOError } from '../../errors';
import { entry, note, printJson } from './print';

/** Exit codes of `iecore`. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/** Whether an error only ends the program after a success, as commander's error for `--help` does. */
function isDone(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/**
 * Prints an error as text or JSON, and returns the exit code. commander has printed a usage error already, unless
 * --json is given.
 */
export function reportError(
  error: unknown,
  { json = false, verbose = false }: { json?: boolean; verbose?: boolean },
): number {
  if (isDone(error)) return exitCodes.done;
  const usage = error instanceof CommanderError;
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    const code = usage ? 'USAGE' : error instanceof OpenVINOError ? error.code : 'GENERAL_ERROR';
    printJson({ error: { code, message: message.replace(/^error: /, '') } });
  } else if (!usage) {
    note(entry('error:', message));
  }
  if (verbose && !usage) note(inspect(error));
  return usage ? exitCodes.usage : exitCodes.failed;
}
