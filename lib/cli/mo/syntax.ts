/** Parses the values of Model Optimizer's flags: values by input, layouts, constants, transformations. */

import { invalid, notOneOf } from '../../base/check';
import type { InputChange } from '../../model-optimizer';
import type { Precision } from '../../tensor/precision';
import {
  parseConstant,
  parseInputs,
  parseNumber,
  splitOutsideBrackets,
  textInBrackets,
} from '../shared/input-syntax';

/** Parses `[1,2,3]` or `(1,2,3)`, several of them, or one for each input: `data[1,2,3],info[4]`. */
export function parseValues(
  text: string,
  flag: string,
): number[] | number[][] | Record<string, number[]> {
  const entries = splitOutsideBrackets(text).map((part) => {
    const match = /^([^[(]*)([[(].*)$/s.exec(part);
    if (match === null) throw invalid(flag, 'values in brackets, such as [1,2,3]', part);
    const [, name = '', list = ''] = match;
    const values = textInBrackets(list, flag)
      .split(',')
      .map((value) => parseNumber(value.trim(), flag));
    return [name.trim(), values] as const;
  });
  const named = entries.filter(([name]) => name !== '').length;
  if (named > 0 && named < entries.length)
    throw invalid(flag, 'a name before every list, or before none', text);
  if (named > 0) return Object.fromEntries(entries);
  return entries.length === 1
    ? (entries[0] as readonly [string, number[]])[1]
    : entries.map(([, values]) => values);
}

/** Parses `nhwc`, `[n,h,w,c]` or `nchw->nhwc`, or one for each input: `in1(nhwc->nchw),in2(nc)`. */
export function parseLayouts(text: string, flag: string): string | Record<string, string> {
  const parts = splitOutsideBrackets(text);
  const named = parts.map((part) => /^([^[(]+)\((.*)\)$/s.exec(part));
  if (named.every((match) => match === null)) {
    // A single layout is always one part, because it contains commas only inside brackets.
    if (parts.length > 1) throw invalid(flag, 'one layout, or name(layout) for each input', text);
    return text.trim();
  }
  return Object.fromEntries(
    named.map((match) => {
      if (match === null) throw invalid(flag, 'name(layout) for each input, or for none', text);
      return [(match[1] as string).trim(), (match[2] as string).trim()];
    }),
  );
}

/** The precision for each type in `--input name{type}`. */
const inputTypes: Readonly<Record<string, Precision>> = {
  f64: 'FP64',
  f32: 'FP32',
  f16: 'FP16',
  i64: 'I64',
  i32: 'I32',
  u8: 'U8',
  boolean: 'BOOL',
};

/** Parses inputs of the converted network, such as `0:node1[3 4]{f32},node2->[20 15]`. */
export function parseModelInputs(text: string, flag: string): InputChange[] {
  return parseInputs(text, flag).map(({ place, type, ...others }) => {
    const precision = type === undefined ? undefined : inputTypes[type];
    if (type !== undefined && precision === undefined)
      throw notOneOf(`the type of '${place}' in ${flag}`, Object.keys(inputTypes), type);
    return { name: place, ...others, ...(precision !== undefined && { precision }) };
  });
}

/** Parses the values of frozen inputs, such as `a->True,b->[1 2]`. */
export function parseFreeze(text: string, flag: string): Record<string, (number | boolean)[]> {
  return Object.fromEntries(
    splitOutsideBrackets(text).map((part) => {
      const [name = '', value] = part.split(/->(.*)/s);
      if (name.trim() === '' || value === undefined) throw invalid(flag, 'name->value', part);
      return [name.trim(), parseConstant(value, flag)];
    }),
  );
}

/** Parses `True` or `False`, or pairs in Python's notation: `{'a': 'b'}`. */
function parseArgument(text: string, flag: string): boolean | Record<string, string> {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const match = /^\{(.*)\}$/s.exec(text);
  if (match === null) throw invalid(flag, "True, False or {'name': 'name'}", text);
  return Object.fromEntries(
    splitOutsideBrackets(match[1] as string).map((pair) => {
      const names = /^(['"])(.+)\1\s*:\s*(['"])(.+)\3$/s.exec(pair);
      if (names === null) throw invalid(flag, "pairs such as 'name': 'name'", pair);
      return [names[2] as string, names[4] as string];
    }),
  );
}

/** Parses transformations such as `LowLatency2[use_const_initializer=False],MakeStateful[param_res_names={'a':'b'}]`. */
export function parseTransformations(
  text: string,
  flag: string,
): Record<string, Record<string, boolean | Record<string, string>>> {
  return Object.fromEntries(
    splitOutsideBrackets(text).map((part) => {
      const match = /^(\w+)(?:\[(.*)\])?$/s.exec(part);
      if (match === null) throw invalid(flag, 'Name or Name[argument=value]', part);
      const [, name = '', content = ''] = match;
      const args = splitOutsideBrackets(content, ';').filter((item) => item !== '');
      const pairs = args.map((item) => {
        const [key = '', value] = item.split(/=(.*)/s);
        if (value === undefined) throw invalid(flag, `argument=value in ${name}[…]`, item);
        return [key.trim(), parseArgument(value.trim(), flag)] as const;
      });
      return [name, Object.fromEntries(pairs)];
    }),
  );
}
