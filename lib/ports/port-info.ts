/** The common part of the public classes InputInfo and OutputInfo. */

import { notOneOf } from '../base/check';
import { errorOf } from '../errors';
import { refuseWrites } from '../base/guarded-records';
import {
  axesOf,
  defaultLayout,
  isLayout,
  isReorder,
  layoutNames,
  reorder,
  type Layout,
} from '../tensor/layout';
import { checkMade } from '../addon/loader';
import type { NativeDim, NativeNetwork, NativePort } from '../addon/native-types';
import type { TensorDesc } from '../tensor/tensor';
import type { LoadedPort } from './port';
import { plainDims, showDims } from '../tensor/dims';
import { isPrecision, notAPrecision, precisionOf, type Precision } from '../tensor/precision';
import { didYouMean } from '../base/suggest';

/** Properties that are read-only, and how to change them instead. */
const elsewhere: Readonly<Record<string, string>> = {
  name: 'it is the name in the model',
  shape: 'net.reshape() changes it',
  tensorDesc: 'set precision and layout instead',
};

/** The common part of an input and an output of a network. */
export abstract class PortInfo {
  #port: NativePort;
  #precision: Precision;
  #layout: Layout;
  readonly #kind: string;

  static {
    refuseWrites(PortInfo.prototype, (info, property) => {
      const what = `${info.#kind} '${info.name}'`;
      const why = Object.hasOwn(elsewhere, property)
        ? `${property} of ${what} cannot be set: ${elsewhere[property]}`
        : `There is no ${property} to set on ${what}; there are: ${info.settable.join(', ')}${didYouMean(property, info.settable)}`;
      return errorOf('INVALID_ARGUMENT', why);
    });
  }

  /** @internal */
  constructor(
    kind: string,
    network: NativeNetwork,
    port: NativePort,
    defaultPrecision: (own: Precision) => Precision,
  ) {
    checkMade('Network', network, 'IECore.readNetwork()');
    this.#kind = kind;
    this.#port = port;
    this.#precision = defaultPrecision(precisionOf(port.element));
    this.#layout = this.ownLayout;
  }

  /** @internal The names of the properties that can be set. */
  protected get settable(): readonly string[] {
    return ['precision', 'layout'];
  }

  /** @internal The settings that a loaded network keeps for its requests. */
  get loaded(): LoadedPort {
    const { name, aliases } = this.#port;
    return { name, aliases, precision: this.#precision, layout: this.#layout };
  }

  /** The friendly name. */
  get name(): string {
    return this.#port.name;
  }

  /** @internal The other names that find it. */
  get aliases(): readonly string[] {
    return this.#port.aliases;
  }

  /** @internal Replaces the port of the graph, after the network has changed. */
  update(port: NativePort): void {
    this.#port = port;
  }

  /** @internal */
  get port(): NativePort {
    return this.#port;
  }

  /** @internal The layout of the graph itself. */
  get ownLayout(): Layout {
    return defaultLayout(
      this.#port.layout,
      this.#port.dims === null ? null : plainDims(this.#port.dims),
    );
  }

  /** @internal Layouts in the addon's terms. */
  get layouts(): { layout: string; modelLayout: string } {
    return { layout: axesOf(this.#layout), modelLayout: axesOf(this.ownLayout) };
  }

  /** @internal The dimensions, in the order of `layout`. */
  get dims(): NativeDim[] | null {
    return this.#port.dims === null ? null : reorder(this.#port.dims, this.ownLayout, this.#layout);
  }

  /** The element type; may be set before `loadNetwork`. */
  get precision(): Precision {
    return this.#precision;
  }

  set precision(value: Precision) {
    if (!isPrecision(value)) throw notAPrecision(`${this.#kind} '${this.name}'.precision`, value);
    this.#precision = value;
  }

  /**
   * The order of the dimensions; may be set before `loadNetwork` to another order of the same axes. The data and
   * `shape` then have that order: with NHWC, an image is passed as `[1,224,224,3]`.
   */
  get layout(): Layout {
    return this.#layout;
  }

  set layout(value: Layout) {
    const what = `${this.#kind} '${this.name}'.layout`;
    if (!isLayout(value)) throw notOneOf(what, layoutNames, value);
    const own = this.ownLayout;
    if (value !== 'ANY' && value !== own && !isReorder(own, value)) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected another order of the axes of ${own} for ${what}, received ${value}; the shape is ${showDims(this.#port.dims)}`,
      );
    }
    this.#layout = value === 'ANY' ? own : value;
  }

  /** The dimensions in the order of `layout`; -1 for one that may vary. */
  get shape(): number[] {
    return plainDims(this.dims);
  }

  /** Precision, dims and layout in one record. */
  get tensorDesc(): TensorDesc {
    return { precision: this.#precision, dims: this.shape, layout: this.#layout };
  }
}
