export { convertModel } from './convert-model';
export type { ByInput, ConvertOptions, InputChange, Transformations } from './options';
