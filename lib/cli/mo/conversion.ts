/** Checks the flags of `iecore mo` and builds a request to convert a model from them. */

import { basename, parse, resolve } from 'node:path';
import { errorOf } from '../../errors';
import type { ConvertOptions } from '../../model-optimizer';
import { formatOfFile } from '../../read/format';
import { weightsBeside } from '../shared/outputs';
import { dataTypes, parseConvertFlags, type MoValues } from './options';

/** Precision of the weights in the IR. */
export type WeightPrecision = (typeof dataTypes)[keyof typeof dataTypes];

/** A checked request to convert a model. */
export interface Conversion {
  /** Path of the model. */
  model: string;
  /** Name of the IR, without a folder or extension. */
  name: string;
  /** Paths of the IR. */
  xml: string;
  bin: string;
  precision: WeightPrecision;
  /** Options of `convertModel`, except the precision and the path. */
  settings: ConvertOptions;
}

function modelOf({ model, framework }: MoValues): string {
  if (model === undefined)
    throw errorOf('INVALID_ARGUMENT', 'Expected a model: --input_model FILE');
  const format = formatOfFile(model, false);
  if (framework !== undefined && format !== undefined && format !== framework) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `Expected a model of the format ${framework} (--framework), received ${basename(model)}, whose extension belongs to the format ${format}`,
    );
  }
  return model;
}

function nameOf({ name }: MoValues, model: string): string {
  const stem = parse(model).name;
  return name ?? (stem === '' || stem.startsWith('.') ? 'model' : stem);
}

function checkShapes({ input = [], inputShape }: ConvertOptions): void {
  const inputHasShape = input.some((item) => typeof item !== 'string' && item.shape !== undefined);
  if (inputShape !== undefined && inputHasShape) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected shapes in --input_shape or in --input, received both; leave one out',
    );
  }
}

function precisionOf(
  { dataType = 'FP32', data }: MoValues,
  compressToFp16: boolean | undefined,
): WeightPrecision {
  const precision = dataTypes[dataType];
  if (precision !== 'INT8') {
    if (data !== undefined) {
      throw errorOf(
        'INVALID_ARGUMENT',
        'Expected --data only with --data_type INT8, which calibrates with these images',
      );
    }
    if (compressToFp16 === undefined) return precision;
    return compressToFp16 ? 'FP16' : 'FP32';
  }
  if (compressToFp16 === true) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected --data_type INT8 or --compress_to_fp16, received both; leave one out',
    );
  }
  if (data === undefined) {
    throw errorOf(
      'INVALID_ARGUMENT',
      'Expected images to calibrate with for --data_type INT8: --data FOLDER',
    );
  }
  return precision;
}

/**
 * Checks the flags as far as this is possible without reading the model.
 *
 * @throws ArgumentError - INVALID_ARGUMENT
 */
export function readConversion(values: MoValues): Conversion {
  const model = modelOf(values);
  const name = nameOf(values, model);
  const { compressToFp16, ...settings } = parseConvertFlags(values);
  checkShapes(settings);
  const xml = resolve(values.outputDir, `${name}.xml`);
  return {
    model,
    name,
    xml,
    bin: weightsBeside(xml),
    precision: precisionOf(values, compressToFp16),
    settings,
  };
}
