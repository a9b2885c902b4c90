/** What `classify` found, as lines, as totals and as a page. */
import { basename } from 'node:path';
import type { ErrorCode } from '../../errors';
import { plainText, xmlText } from '../../base/escape-text';
import { thumbnail } from '../../image/thumbnail';
import { writePage } from '../shared/page';

/** A class of an image. */
export interface Class {
  index: number;
  label: string;
  /** From 0 to 1. */
  probability: number;
}

/** What was found for an image; `milliseconds` is its inference, or its share of a batch. */
export type Result =
  | { image: string; milliseconds: number; top: Class[]; error?: undefined }
  | { image: string; error: { code: ErrorCode; message: string } };

/** A whole run; what `--json` prints. */
export interface Summary {
  model: string;
  device: string;
  images: Result[];
  /** From the first file that was read to the last class, in seconds. */
  seconds: number;
  /** Classified images a second over the whole run. */
  fps: number;
}

/** A class as it is shown: its label and its probability in percent. */
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

/** A number of images, in words. */
export function countOf(images: number): string {
  return `${images} ${images === 1 ? 'image' : 'images'}`;
}

/** The totals: images a second over the whole run and, apart from that, the time of an inference. */
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

async function cardOf(result: Result, name: string): Promise<string> {
  if (result.error !== undefined)
    return `<figure><figcaption>${xmlText(name)}: ${xmlText(result.error.message)}</figcaption></figure>`;
  const bars = result.top.map(
    ({ label, probability }) =>
      `<li><meter min="0" max="1" value="${probability.toFixed(4)}"></meter> ${(100 * probability).toFixed(1)} % ${xmlText(label)}</li>`,
  );
  return `<figure><img src="${await thumbnail(result.image)}" alt="${xmlText(result.top[0]?.label ?? '')}"><figcaption>${xmlText(name)}, ${result.milliseconds.toFixed(2)} ms<ul>${bars.join('')}</ul></figcaption></figure>`;
}

/**
 * Writes a page with all images and their classes.
 *
 * @param names - what the images are called there, in their order
 */
export async function writeReport(
  file: string,
  summary: Summary,
  names: readonly string[],
): Promise<void> {
  const { model, device, images } = summary;
  const cards = await Promise.all(images.map((result, i) => cardOf(result, names[i] as string)));
  await writePage(file, {
    title: `Classes of ${countOf(images.length)}`,
    body: [
      `<p>${xmlText(basename(model))} on ${xmlText(device)}: ${totalOf(summary)}</p>`,
      `<main>${cards.join('\n')}</main>`,
    ],
  });
}
