/** Measures all sides of a comparison alternately. */

import { setTimeout as sleep } from 'node:timers/promises';
import { checkSignal } from '../../base/abortable';
import { median } from '../../base/statistics';
import { bestClass } from '../../image/score-difference';
import type { CompareSettings } from './options';
import type { ImageResult } from './result';
import type { Side } from './side';

/** Idle time before each measurement, in ms, so that the threads of the previous side become idle. */
const idle = 2;

/** Number of inferences before the first measurement. */
const warmUps = 5;

/** The measurements of one side. */
export interface Measurement {
  /** Name of the side. */
  name: string;
  /** The result of each image. */
  results: ImageResult[];
  /** Every measured time of a single image, in ms. */
  times: number[];
  /** Scores of each image. */
  scores: ArrayLike<number>[];
}

/** Measures one image on every side. Each round starts with another side. */
async function measureImage(
  sides: readonly Side[],
  index: number,
  { rounds, signal }: CompareSettings,
): Promise<{ times: number[]; scores: ArrayLike<number> }[]> {
  const samples = sides.map((side) => ({
    side,
    times: [] as number[],
    scores: [] as ArrayLike<number>,
  }));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % sides.length;
    for (const sample of [...samples.slice(first), ...samples.slice(0, first)]) {
      checkSignal(signal);
      await sleep(idle);
      const { milliseconds, scores } = await sample.side.infer([index]);
      sample.times.push(milliseconds);
      if (round === 0) sample.scores = scores[0] ?? [];
    }
  }
  return samples;
}

/** Measures every image on every side; the results have the order of the sides. */
export async function measureImages(
  sides: readonly Side[],
  images: readonly string[],
  options: CompareSettings,
): Promise<Measurement[]> {
  const measured = sides.map(({ name }): Measurement => ({
    name,
    results: [],
    times: [],
    scores: [],
  }));
  for (const side of sides) for (let i = 0; i < warmUps; i += 1) await side.infer([0]);
  for (const [index, image] of images.entries()) {
    const samples = await measureImage(sides, index, options);
    const results = measured.map(({ name, ...measurement }, at): ImageResult => {
      const { times = [], scores = [] } = samples[at] ?? {};
      const result = { name, milliseconds: median(times), index: bestClass(scores) };
      measurement.results.push(result);
      measurement.times.push(...times);
      measurement.scores.push(scores);
      return result;
    });
    options.onImage?.(image, results);
    options.onProgress?.((index + 1) / images.length, 'comparing');
  }
  return measured;
}

/** Measures the throughput of every side for batches of one size, in images per second. */
async function measureBatch(
  sides: readonly Side[],
  batch: number,
  imageCount: number,
  { rounds, signal, onProgress }: CompareSettings,
): Promise<number[]> {
  const indices = Array.from({ length: batch }, (_, i) => i % imageCount);
  const infers = await Promise.all(sides.map((side) => side.ofBatch(batch)));
  const times = sides.map(() => [] as number[]);
  // Round 0 is the warm-up.
  for (let round = 0; round <= rounds; round += 1) {
    onProgress?.(round / (rounds + 1), `batch of ${batch}`);
    for (const [at, infer] of infers.entries()) {
      checkSignal(signal);
      await sleep(idle);
      const { milliseconds } = await infer(indices);
      if (round > 0) times[at]?.push(milliseconds);
    }
  }
  return times.map((list) => (1000 * batch) / median(list));
}

/** Measures the throughput for each batch size of the options: batch size → images per second of each side. */
export async function measureBatches(
  sides: readonly Side[],
  imageCount: number,
  options: CompareSettings,
): Promise<Map<number, number[]>> {
  const fps = new Map<number, number[]>();
  for (const batch of new Set(options.batches.filter((size) => size !== 1)))
    fps.set(batch, await measureBatch(sides, batch, imageCount, options));
  return fps;
}
