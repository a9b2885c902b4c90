/** The public class VariableState: a state of a stateful network. */
import { checkMade } from './addon/loader';
import type { NativeVariableState } from './addon/native-types';
import { invalid } from './base/check';
import { markClass } from './base/package-copies';
import { blobOf, isBlob, tensorOf, type Blob } from './blob';
import { translate } from './errors';
import { defaultLayout } from './tensor/layout';
import { precisionOf } from './tensor/precision';
import { Tensor } from './tensor/tensor';

/** One state of a stateful network, which a request keeps from one inference to the next. */
export class VariableState {
  static {
    markClass(this);
  }

  readonly #native: NativeVariableState;
  readonly #checkIdle: () => void;
  /** The state's name. */
  readonly name: string;

  /** @internal */
  constructor(native: NativeVariableState, checkIdle: () => void) {
    checkMade('VariableState', native, 'InferRequest.queryState()');
    this.#native = native;
    this.#checkIdle = checkIdle;
    this.name = native.name();
  }

  #do<T>(verb: string, action: () => T): T {
    this.#checkIdle();
    try {
      return action();
    } catch (error) {
      throw translate(error, `Cannot ${verb} the state ${this.name}`);
    }
  }

  /**
   * A copy of the state's value. Assign a blob to set the state.
   *
   * @throws InferenceError - REQUEST_BUSY while the request runs an inference
   */
  get state(): Blob {
    return this.#do('read', () => {
      const native = this.#native.get();
      const dims = native.dims();
      const precision = precisionOf(native.element());
      const layout = defaultLayout('', dims);
      return blobOf(Tensor.ofNative(native, { precision, dims, layout }));
    });
  }

  set state(blob: Blob) {
    if (!isBlob(blob)) throw invalid('state', 'a Blob', blob);
    this.#do('set', () => {
      this.#native.set(tensorOf(blob).native);
    });
  }

  /** Sets the state to the value that it has before the first inference. */
  reset(): void {
    this.#do('reset', () => {
      this.#native.reset();
    });
  }
}
