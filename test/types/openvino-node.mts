/** Data goes from here to `openvino-node`, which Node users have today, and back, as it is. */
import { Blob, type DataOf, type InputValue, type Precision } from 'openvino-iecore';
import type { NodeAddon, SupportedTypedArray, elementTypeString } from 'openvino-node';

/** What both call their element types, and the array of each. */
interface Elements {
  f32: 'FP32';
  f64: 'FP64';
  i8: 'I8';
  i16: 'I16';
  i32: 'I32';
  i64: 'I64';
  u8: 'U8';
  u16: 'U16';
  u32: 'U32';
  u64: 'U64';
}

export function toTensor<E extends keyof Elements & elementTypeString>(
  addon: NodeAddon,
  element: E,
  blob: Blob<Elements[E] & Precision>,
) {
  const data: DataOf<Elements[E]> & SupportedTypedArray = blob.data;
  return new addon.Tensor(element, [...blob.dims], data);
}

export function toInput(tensor: InstanceType<NodeAddon['Tensor']>): InputValue {
  return { data: tensor.getData(), dims: tensor.getShape() };
}
