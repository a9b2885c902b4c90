/** Data of this package is accepted by `openvino-node`, today's package for Node, and the reverse, without conversion. */
import type { Blob, DataOf, InputValue, Precision } from 'openvino-iecore';
import type { NodeAddon, SupportedTypedArray, elementTypeString } from 'openvino-node';
import { check, type Equals } from './equals.mjs';

/** The element types of `openvino-node` that have a typed array, by their precision. */
interface Elements {
  FP32: 'f32';
  FP64: 'f64';
  I8: 'i8';
  I16: 'i16';
  I32: 'i32';
  I64: 'i64';
  U8: 'u8';
  U16: 'u16';
  U32: 'u32';
  U64: 'u64';
}

check<keyof Elements extends Precision ? true : false>();
check<Equals<Elements[keyof Elements], Exclude<elementTypeString, 'string'>>>();
check<DataOf<keyof Elements> extends SupportedTypedArray ? true : false>();

export function toTensor<P extends keyof Elements>(
  addon: NodeAddon,
  element: Elements[P],
  { dims, data }: Blob<P>,
) {
  return new addon.Tensor(element, [...dims], data);
}

export function toInput(tensor: InstanceType<NodeAddon['Tensor']>): InputValue {
  return { data: tensor.getData(), dims: tensor.getShape() };
}
