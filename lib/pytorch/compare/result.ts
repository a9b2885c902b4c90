/** The types of the result of compareWithPyTorch. */

/** The result of one side for one image. */
export interface ImageResult {
  /** Name of the side: `PyTorch FP32`, `OpenVINO FP32`, … */
  name: string;
  /** Median time in ms, from pixels in memory to scores in memory. */
  milliseconds: number;
  /** Index of the best class. */
  index: number;
}

/** The results of one side, over all images. */
export interface ComparedSide {
  /** `PyTorch FP32`, `OpenVINO FP32`, `OpenVINO BF16` or `OpenVINO INT8`. */
  name: string;
  /** The results of the images, in their order. */
  images: ImageResult[];
  /** Every measured time of a single image, in ms. */
  times: number[];
  /** Sum of the images' median times, in ms. */
  total: number;
  /** Median of all times, in ms. */
  median: number;
  /** 95th percentile of all times, in ms. */
  p95: number;
  /** Median time of PyTorch divided by the median time of this side. */
  speedup: number;
  /** Number of images for which this side and PyTorch have the same best class. */
  agreement: number;
  /** Largest absolute difference from PyTorch's scores. */
  difference: number;
  /** Images per second for each batch size, 1 included. */
  fps: Record<number, number>;
}

/** The result of {@link compareWithPyTorch}. */
export interface PyTorchComparison {
  /** Paths of the images that could be read. */
  images: string[];
  /** The sides; PyTorch is the first. */
  sides: ComparedSide[];
  /** Number of threads of each side. */
  threads: number;
  /** Version of PyTorch. */
  pytorch: string;
}
