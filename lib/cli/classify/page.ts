/** Writes the page of `iecore classify --report`: all images with their classes. */

import { basename } from 'node:path';
import { xmlText } from '../../base/escape-text';
import { thumbnail } from '../../image/thumbnail';
import { writePage } from '../shared/page';
import { countOf, totalOf } from './print';
import type { ImageResult, Summary } from './result';

async function figureOf(result: ImageResult, name: string): Promise<string> {
  if (result.error !== undefined)
    return `<figure><figcaption>${xmlText(name)}: ${xmlText(result.error.message)}</figcaption></figure>`;
  const bars = result.top.map(
    ({ label, probability }) =>
      `<li><meter min="0" max="1" value="${probability.toFixed(4)}"></meter> ${(100 * probability).toFixed(1)} % ${xmlText(label)}</li>`,
  );
  return `<figure><img src="${await thumbnail(result.image)}" alt="${xmlText(result.top[0]?.label ?? '')}"><figcaption>${xmlText(name)}, ${result.milliseconds.toFixed(2)} ms<ul>${bars.join('')}</ul></figcaption></figure>`;
}

/**
 * Writes the page.
 *
 * @param names - the names to show, in the order of the images
 */
export async function writeClassesPage(
  file: string,
  summary: Summary,
  names: readonly string[],
): Promise<void> {
  const { model, device, images } = summary;
  const figures = await Promise.all(
    images.map((result, i) => figureOf(result, names[i] as string)),
  );
  await writePage(file, {
    title: `Classes of ${countOf(images.length)}`,
    body: [
      `<p>${xmlText(basename(model))} on ${xmlText(device)}: ${totalOf(summary)}</p>`,
      `<main>${figures.join('\n')}</main>`,
    ],
  });
}
