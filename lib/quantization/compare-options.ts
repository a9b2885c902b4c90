/** The options of compareNetworks, with their defaults. */
import { readOptions } from '../base/check';
import type { Config } from '../device/config-keys';
import type { DeviceName } from '../device/names';
import type { AcceptOptions } from '../image';
import { acceptOptionNames, acceptOptionsOf } from '../image/accept-images';

/** How {@link compareNetworks} compares two networks. */
export interface CompareOptions extends AcceptOptions {
  /** Images: files, folders and glob patterns. */
  images: readonly string[];
  /** The device that runs both networks. Default: CPU. */
  device?: DeviceName;
  /** Configuration of the device for the reference. Default: computes in FP32. */
  referenceConfig?: Config;
  /** Configuration of the device for the other network. Default: the device's own defaults. */
  config?: Config;
  /** Receives the reason for each image that cannot be read. */
  onSkipped?: (message: string) => void;
}

/** The options after checks, with defaults. */
export interface CheckedCompareOptions extends Required<
  Pick<CompareOptions, 'images' | 'device' | 'referenceConfig' | 'config'>
> {
  onSkipped: CompareOptions['onSkipped'];
  /** How both networks accept images. */
  accept: AcceptOptions;
}

const optionNames = [
  ...['images', 'device', 'referenceConfig', 'config', 'onSkipped'],
  ...acceptOptionNames,
];

/** Reads each option once, and applies the defaults. */
export function readCompareOptions(given: CompareOptions): CheckedCompareOptions {
  const options = readOptions(given, 'options', optionNames);
  const { images, device = 'CPU', config = {}, onSkipped } = options;
  const { referenceConfig = { INFERENCE_PRECISION_HINT: 'f32' } } = options;
  const accept = acceptOptionsOf(options);
  return { images, device, referenceConfig, config, onSkipped, accept };
}
