export { acceptImages, type AcceptedImages, type AcceptOptions } from './accept-images';
export { findImages } from './find-images';
export type { InferredImage } from './batches';
export { inferImages, type InferImagesOptions } from './infer-images';
export { readLabels } from './labels';
export { loadImage, type ImageOptions, type ImageTensor, type LoadImageOptions } from './decode';
export { recordedPreparation, type RecordedPreparation } from './recorded-preparation';
export { probabilities, softmax, topK, type ScoredClass } from './scores';
export { loadImages, type LoadedImage, type LoadImagesOptions } from './load-images';
