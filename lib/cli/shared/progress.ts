/** Shows the progress of long work, and lets Ctrl-C end it. */

import { SingleBar } from 'cli-progress';
import { plainText } from '../../base/escape-text';
import type { OnProgress } from '../../setup/python-worker';
import { note } from './print';

/** The display of progress. */
export interface Progress {
  update: OnProgress;
  /** Removes the bar, so that other lines can be printed. */
  stop: () => void;
}

/** Shows a bar if stderr is a terminal, else a line whenever the stage changes. */
export function showProgress(): Progress {
  if (!process.stderr.isTTY) {
    let last = '';
    return {
      update: (part, stage) => {
        if (stage !== last && part < 1) note(`${plainText(stage)} …`);
        last = stage;
      },
      stop: () => undefined,
    };
  }
  const bar = new SingleBar({
    format: '{bar} {percentage} % {stage}',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  let started = false;
  return {
    update: (part, stage) => {
      const shown = { stage: plainText(stage) };
      if (!started) bar.start(100, 0, shown);
      started = true;
      bar.update(Math.floor(100 * part), shown);
    },
    stop: () => {
      if (started) bar.stop();
      started = false;
    },
  };
}

/** Runs work with a signal that Ctrl-C fires, so that it can clean up; a second Ctrl-C ends the process. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
