/** The entry `openvino-iecore/image`: images as inputs of networks. */

export { acceptImages, type AcceptedImages, type AcceptOptions } from './accept-images';
export { findImages } from './find-images';
export type { InferredImage } from './batches';
export { inferImages, type InferImagesOptions } from './infer-images';
export { readLabels } from './labels';
export type { ImageTensor } from './decode';
export type { ImageOptions } from './image-options';
export { loadImage, type LoadImageOptions } from './load-image';
export { recordedPreparation, type RecordedPreparation } from './recorded-preparation';
export { probabilities, softmax, topK, type ScoredClass } from './scores';
export { loadImages, type LoadedImage, type LoadImagesOptions } from './load-images';
