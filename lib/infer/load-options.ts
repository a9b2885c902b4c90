/** The tables of options for loaded networks: their pool of requests, and the configuration of the device. */
import type { NativeConfig } from '../addon/native-types';
import {
  defaultTo,
  integer,
  option,
  readTable,
  unchecked,
  type OptionsOf,
  type OptionTable,
  type SettingsOf,
} from '../base/option-table';
import { toNativeConfig, type Config } from '../device/config-keys';
import { checkMaxQueue } from './request-pool';

/** The table of {@link PoolOptions}. */
export const poolOptions = {
  /** Number of requests in the pool. Default and 0: the optimal number of the device. */
  numRequests: defaultTo(integer(0, 65536), 0),
  /**
   * Maximum number of calls that wait for a request; further calls are refused with QUEUE_FULL at once. Each
   * waiting call keeps its inputs in memory. For a service, choose about the number of calls that it answers in half
   * the timeout of its clients. Default: `Infinity`, no limit.
   */
  maxQueue: defaultTo(
    option<number>('a whole number of at least 0, or Infinity', (value) => {
      checkMaxQueue(value);
      return value;
    }),
    Infinity,
  ),
} satisfies OptionTable;

/** Options of the pool of requests of a loaded network. */
export interface PoolOptions extends OptionsOf<typeof poolOptions> {}

/** Checked options of a pool, with defaults. */
export type PoolSettings = SettingsOf<typeof poolOptions>;

/** The table of {@link LoadOptions}. */
export const loadOptions = {
  ...poolOptions,
  /** Configuration for this network. */
  config: unchecked<Config>('a record of configuration keys'),
} satisfies OptionTable;

/** Options of `loadNetwork` and `importNetwork`. */
export interface LoadOptions extends OptionsOf<typeof loadOptions> {}

/** Checks the options of `loadNetwork`, and translates the configuration to current keys. */
export function readLoadOptions(options: LoadOptions): {
  config: NativeConfig;
  pool: PoolSettings;
} {
  const { config = {}, ...pool } = readTable(loadOptions, options);
  return { config: toNativeConfig(config, 'options.config'), pool };
}
