/** A side of the comparison: a runtime with the network in one precision. */

/** Classifies images, given by their indices, as one batch. */
export type Infer = (indices: readonly number[]) => Promise<{
  /** Time from pixels in memory to scores in memory, in ms. */
  milliseconds: number;
  /** Scores of each image. */
  scores: ArrayLike<number>[];
}>;

/** One side of the comparison. */
export interface Side {
  /** `PyTorch FP32`, `OpenVINO FP32`, … */
  name: string;
  /** Infers a batch of one image. */
  infer: Infer;
  /** Prepares the side for batches of another size. */
  ofBatch: (batch: number) => Promise<Infer>;
}
