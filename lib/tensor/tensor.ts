/** The tensor behind a blob. */
import type { Layout } from './layout';
import type { Precision } from './precision';

/** What a tensor is: its precision, dimensions in the layout's order (-1 where one may vary), layout. */
export interface TensorDesc {
  precision: Precision;
  dims: readonly number[];
  layout: Layout;
}
