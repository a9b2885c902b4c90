/** The options of compareNetworks. */

import {
  callback,
  defaultTo,
  required,
  unchecked,
  type OptionsOf,
  type OptionTable,
  type SettingsOf,
} from '../base/option-table';
import type { Config } from '../device/config-keys';
import type { DeviceName } from '../device/names';
import { acceptOptions, type AcceptOptions } from '../image/accept-images';

const ownOptions = {
  /** Images: files, folders and glob patterns. */
  images: required(unchecked<readonly string[]>('a list of files, folders and glob patterns')),
  /** The device that runs both networks. Default: CPU. */
  device: defaultTo(unchecked<DeviceName>('the name of a device'), 'CPU'),
  /** Configuration of the device for the reference. Default: computes in FP32. */
  referenceConfig: defaultTo(unchecked<Config>('a configuration'), {
    INFERENCE_PRECISION_HINT: 'f32',
  }),
  /** Configuration of the device for the other network. Default: the device's own defaults. */
  config: defaultTo(unchecked<Config>('a configuration'), {}),
  /** Receives the reason for each image that cannot be read. */
  onSkipped: callback<(message: string) => void>(),
} satisfies OptionTable;

/** All options of compareNetworks. */
export const compareOptions = { ...ownOptions, ...acceptOptions };

/** How {@link compareNetworks} compares two networks. */
export interface CompareOptions extends OptionsOf<typeof ownOptions>, AcceptOptions {}

/** The checked options. */
export type CompareSettings = SettingsOf<typeof compareOptions>;
