/** Formats the results of `iecore classify`: a line per image, totals, and the times of the stages. */

import { plainText } from '../../base/escape-text';
import { textTable } from '../shared/table';
import type { Class, Summary } from './result';

/** Time in each stage, summed over all images, in ms. */
export interface StageTimes {
  decode: number;
  infer: number;
}

/** A class with its probability in percent. */
export function classText({ label, probability }: Class): string {
  return `${plainText(label)} (${(100 * probability).toFixed(1)} %)`;
}

/** The line for an image. */
export function lineOf(name: string, milliseconds: number, top: readonly Class[]): string {
  return [
    `FPS : ${(1000 / milliseconds).toFixed(1)}`,
    `TIME : ${(milliseconds / 1000).toFixed(4)}s`,
    `PREDICT : ${top.map(classText).join(', ')}`,
    `FILE : ${plainText(name)}`,
  ].join(' | ');
}

/** `1 image`, `2 images`. */
export function countOf(images: number): string {
  return `${images} ${images === 1 ? 'image' : 'images'}`;
}

/** The totals: images per second over the whole run, and the mean time of an inference. */
export function totalOf({ images, seconds, fps }: Summary): string {
  const times = images.flatMap((result) =>
    result.error === undefined ? [result.milliseconds / 1000] : [],
  );
  const inference = times.reduce((sum, time) => sum + time, 0);
  const skipped = images.length - times.length;
  return [
    `${countOf(times.length)} in ${seconds.toFixed(3)}s: ${fps.toFixed(1)} FPS, decoding included`,
    `an inference took ${(inference / times.length).toFixed(4)}s on average, ${(inference / seconds).toFixed(1)} at once`,
    ...(skipped > 0 ? [`${countOf(skipped)} skipped`] : []),
  ].join('; ');
}

/**
 * The times of the stages. Stages of different images run at the same time, so their sum exceeds the total.
 *
 * @param images - the number of classified images
 * @param seconds - the time of the whole run
 * @param usage - processor time of the run
 */
export function profileOf(
  { decode, infer }: StageTimes,
  images: number,
  seconds: number,
  { user, system }: NodeJS.CpuUsage,
): string {
  const row = (stage: string, milliseconds: number): string[] => [
    stage,
    milliseconds.toFixed(1),
    (milliseconds / images).toFixed(2),
    (milliseconds / (1000 * seconds)).toFixed(2),
  ];
  return textTable(
    ['stage', 'ms', 'per image', 'at once'],
    [
      row('read, decode, resize', decode),
      row('inference', infer),
      row('all, from file to class', 1000 * seconds),
      row('processor time', (user + system) / 1000),
    ],
  );
}
