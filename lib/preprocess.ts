import { checkKey, invalid, isList, readList, readOptions } from './check';
import { errorOf } from './errors';
import { axesOf, type Layout } from './layout';

const colorFormats = {
  RAW: '',
  RGB: 'RGB',
  BGR: 'BGR',
  RGBX: 'RGBX',
  BGRX: 'BGRX',
  NV12: 'NV12',
  I420: 'I420',
} as const;
const resizeAlgorithms = {
  NO_RESIZE: '',
  RESIZE_BILINEAR: 'BILINEAR',
  RESIZE_AREA: 'AREA',
} as const;

/** The color format of the pixels that go in; all but RAW are converted to the network's BGR. */
export type ColorFormat = keyof typeof colorFormats;

/** How a picture of another size is brought to the network's. */
export type ResizeAlgorithm = keyof typeof resizeAlgorithms;

/**
 * What happens to an input inside the compiled network, in this order: color conversion, resize,
 * channel reversal, `- mean`, `/ scale`.
 */
export interface PreProcess {
  /** Subtracted: one number, or one a channel. Default none. */
  mean?: number | readonly number[];
  /** Divides: one number, or one a channel. Default none. */
  scale?: number | readonly number[];
  /** Swaps RGB and BGR. Default false. */
  reverseChannels?: boolean;
  /** Format of the pixels that go in. NV12 and I420 go in as one plane, [N, H·3/2, W, 1]. Default RAW: as they are. */
  colorFormat?: ColorFormat;
  /** With one set, a picture of any size goes in, as `{ data, dims }`. Default NO_RESIZE. */
  resizeAlgorithm?: ResizeAlgorithm;
}

/** The same, complete and in the native side's terms. */
export interface PreProcessPlan {
  mean: readonly number[];
  scale: readonly number[];
  reverseChannels: boolean;
  color: string;
  resize: string;
}

function checkValues(value: unknown, name: string, divides: boolean): readonly number[] {
  if (value === undefined) return [];
  const expected = `a finite ${divides ? 'number other than 0' : 'number'}, or a list with one a channel`;
  const check = (item: unknown, at: string): number => {
    if (typeof item !== 'number' || !Number.isFinite(item) || (divides && item === 0))
      throw invalid(at, expected, item);
    return item;
  };
  const list = isList(value) ? readList(value, name, expected, check) : [check(value, name)];
  if (list.length === 0) throw invalid(name, expected, value);
  return list;
}

/**
 * Checks what a user set and completes it.
 *
 * @param layout - the input's layout: channels and picture axes are found by it
 * @param channels - how many channels the network takes, -1 if that may vary
 */
export function planPreProcess(
  preProcess: PreProcess,
  name: string,
  layout: Layout,
  channels: number,
): PreProcessPlan {
  const {
    reverseChannels = false,
    colorFormat = 'RAW',
    resizeAlgorithm = 'NO_RESIZE',
    ...values
  } = readOptions(preProcess, name, [
    'mean',
    'scale',
    'reverseChannels',
    'colorFormat',
    'resizeAlgorithm',
  ]);
  const mean = checkValues(values.mean, `${name}.mean`, false);
  const scale = checkValues(values.scale, `${name}.scale`, true);
  if (typeof reverseChannels !== 'boolean')
    throw invalid(`${name}.reverseChannels`, 'a boolean', reverseChannels);
  checkKey(colorFormat, `${name}.colorFormat`, colorFormats);
  checkKey(resizeAlgorithm, `${name}.resizeAlgorithm`, resizeAlgorithms);
  const plan: PreProcessPlan = {
    mean,
    scale,
    reverseChannels,
    color: colorFormats[colorFormat],
    resize: resizeAlgorithms[resizeAlgorithm],
  };
  const axes = axesOf(layout);
  const needsChannels = mean.length > 1 || scale.length > 1 || reverseChannels || plan.color !== '';
  if (needsChannels && !axes.includes('C')) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `${name} works on channels, and the layout ${layout} has none; set the input's layout first`,
    );
  }
  for (const [key, values] of Object.entries({ mean, scale })) {
    if (values.length > 1 && channels !== -1 && values.length !== channels) {
      throw errorOf(
        'SHAPE_MISMATCH',
        `Expected 1 or ${channels} values for ${name}.${key}, one a channel, received ${values.length}`,
      );
    }
  }
  if ((plan.resize !== '' || plan.color !== '') && !(axes.includes('H') && axes.includes('W'))) {
    throw errorOf(
      'INVALID_ARGUMENT',
      `${name} works on pictures, and the layout ${layout} has no height and width; set the input's layout first`,
    );
  }
  return plan;
}
