/** The command `iecore doctor`: reports what is installed, what is missing, and how to fix it. */

import type { Command } from 'commander';
import { findRuntime } from '../../addon/runtime';
import { printJson } from '../shared/print';
import { exitCodes } from '../shared/report-error';
import { declareCommand, type CommonOptions } from '../shared/command-options';
import { runChecks } from './checks';
import { printReport } from './print';

/** Declares the command. */
export function doctorCommand(): Command {
  return declareCommand(
    {
      name: 'doctor',
      description: 'Report what is installed, what is missing, and how to fix it',
      examples: [
        ['iecore doctor', 'all checks; the exit code is 0 if inference can run, else 1'],
        ['iecore doctor --verbose', 'also every place that was searched for a runtime'],
        ['iecore doctor --json', 'for programs: { ok, checks, runtime, tried }'],
      ],
    },
    {},
    run,
  );
}

async function run({ json = false, verbose = false }: CommonOptions): Promise<void> {
  const search = findRuntime();
  const checks = await runChecks(search);
  const ok = checks.every((check) => check.ok || !check.needed);
  if (json) printJson({ ok, checks, ...search });
  else printReport(checks, search, { ok, verbose });
  if (!ok) process.exitCode = exitCodes.failed;
}
