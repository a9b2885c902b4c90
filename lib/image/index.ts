export { acceptImages, type AcceptedImages, type AcceptOptions } from './accept';
export { findImages } from './find';
export type { InferredImage } from './batches';
export { inferImages, type InferImagesOptions } from './infer-images';
export { readLabels } from './labels';
export { loadImage, type ImageOptions, type ImageTensor, type LoadImageOptions } from './load';
export { recordedPreparation, type RecordedPreparation } from './recorded';
export { probabilities, softmax, topK, type ScoredClass } from './scores';
export { loadImages, type LoadedImage, type LoadImagesOptions } from './stream';
