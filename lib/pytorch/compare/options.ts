/** The options of compareWithPyTorch. */

import { readList, checkInteger } from '../../base/check';
import {
  callback,
  defaultTo,
  integer,
  option,
  required,
  text,
  unchecked,
  type OptionsOf,
  type OptionTable,
  type SettingsOf,
} from '../../base/option-table';
import { acceptRgbOptions, type AcceptRgbOptions } from '../../image/accept-images';
import { pytorchOptions, type PyTorchOptions } from '../model-source';
import type { ImageResult } from './result';

const batchList = 'whole numbers of at least 1';

const ownOptions = {
  /** Path of the same network for OpenVINO: IR, ONNX, … */
  network: required(text()),
  /** Path of the same network in INT8. Default: `NETWORK-int8.xml`, if that file exists. */
  int8: text(),
  /** Images: files, folders and glob patterns. */
  images: required(unchecked<readonly string[]>('a list of files, folders and glob patterns')),
  /** Number of threads of each side. Default: the number of processors. */
  threads: integer(1, 1024),
  /** Number of times that each side classifies each image. Default: 5. */
  rounds: defaultTo(integer(1), 5),
  /** Batch sizes to measure in addition to single images. Default: none. */
  batches: defaultTo(
    option<readonly number[]>(batchList, (value, name) =>
      readList(value, name, batchList, (batch, at) => {
        checkInteger(batch, at, 1);
        return batch;
      }),
    ),
    [],
  ),
  /** Receives the reason for each image and each precision that is left out. */
  onSkipped: callback<(message: string) => void>(),
  /** Receives the results of all sides for each image. */
  onImage: callback<(image: string, results: readonly ImageResult[]) => void>(),
} satisfies OptionTable;

/** All options of compareWithPyTorch. */
export const compareOptions = { ...ownOptions, ...pytorchOptions, ...acceptRgbOptions };

/** The options of {@link compareWithPyTorch}. */
export interface PyTorchCompareOptions
  extends OptionsOf<typeof ownOptions>, PyTorchOptions, AcceptRgbOptions {}

/** The checked options. */
export type CompareSettings = SettingsOf<typeof compareOptions> & { threads: number };
