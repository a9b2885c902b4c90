import type { LoadedPort, Port } from '../tensor/port';
import type { PreProcess } from './preprocess';

/** What an input was loaded as. */
export interface LoadedInput extends LoadedPort {
  /** What the network does to it before it computes, complete. */
  readonly preProcess: PreProcess;
}

/** An input as requests see it. */
export interface InputPort extends Port, LoadedInput {}
