/** Describes the machine and the versions, for reports. */

import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { loadAddon } from '../../addon/loader';

/** Returns a line about the machine and a line about the versions. */
export function describeMachine(): string[] {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `${model}, ${availableParallelism()} processors, ${memory} GiB`,
    `${type()} ${release()} ${arch()}, Node ${process.versions.node}, OpenVINO ${loadAddon().version().buildNumber}`,
  ];
}
