/** The results of `iecore classify`; `--json` prints a `Summary`. */

import type { ErrorCode } from '../../errors';

/** A class of an image. */
export interface Class {
  index: number;
  label: string;
  /** Probability of the class, from 0 to 1. */
  probability: number;
}

/** The result for an image; `milliseconds` is the time of its inference, or its share of a batch's. */
export type ImageResult =
  | { image: string; milliseconds: number; top: Class[]; error?: undefined }
  | { image: string; error: { code: ErrorCode; message: string } };

/** The results of a whole run. */
export interface Summary {
  model: string;
  device: string;
  images: ImageResult[];
  /** Time from the start of reading the first file to the last result, in s. */
  seconds: number;
  /** Classified images per second over the whole run. */
  fps: number;
}
