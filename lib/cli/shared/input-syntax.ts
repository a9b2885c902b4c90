/** Parses the notation for inputs and shapes on the command line, such as `data[1,3,224,224]`. */

import { invalid } from '../../base/check';
import type { Dimension } from '../../tensor/reshape';

/** An input as `--input` describes it. */
export interface InputText {
  /** Name as written, with the ports. */
  place: string;
  shape?: Dimension[];
  type?: string;
  value?: (number | boolean)[];
}

/** Splits text at separators outside of brackets and trims the parts, which may be empty. */
export function splitOutsideBrackets(text: string, separator = ','): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if ('[({'.includes(character)) depth += 1;
    if ('])}'.includes(character)) depth -= 1;
    if (character === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}

/** Returns the text between brackets, square or round. */
export function textInBrackets(text: string, flag: string): string {
  const match = /^\s*[[(](.*)[\])]\s*$/s.exec(text);
  if (match === null) throw invalid(flag, 'values in brackets, such as [1,3,224,224]', text);
  return match[1] as string;
}

function parseDimension(text: string, flag: string): Dimension {
  if (text === '?' || text === '-1') return -1;
  const range = /^(\d*)\.\.(\d*)$/.exec(text);
  if (range !== null) {
    const [, min = '', max = ''] = range;
    return [Number(min || 0), max === '' ? -1 : Number(max)];
  }
  if (!/^\d+$/.test(text)) throw invalid(flag, 'dimensions such as 224, ?, -1 or 1..8', text);
  return Number(text);
}

/** Parses a shape such as `[1,3,1..8,?]`; commas or spaces separate the dimensions. */
function parseShape(text: string, flag: string): Dimension[] {
  const content = textInBrackets(text, flag).trim();
  return content === '' ? [] : content.split(/[\s,]+/).map((dim) => parseDimension(dim, flag));
}

/** Parses one shape for each input, such as `[1,3,224,224],[1,10]`. */
export function parseShapes(text: string, flag: string): Dimension[][] {
  return splitOutsideBrackets(text).map((part) => parseShape(part, flag));
}

/** Parses a finite number. */
export function parseNumber(text: string, flag: string): number {
  const value = text === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) throw invalid(flag, 'numbers', text);
  return value;
}

/** Parses a constant: `True`, `1.5`, `[1 2 3]` or `[1,2,3]`. */
export function parseConstant(text: string, flag: string): (number | boolean)[] {
  const content = /^[[(].*[\])]$/s.test(text) ? textInBrackets(text, flag).trim() : text.trim();
  if (content === '') throw invalid(flag, 'a value after ->', text);
  return content.split(/[\s,]+/).map((item) => {
    if (/^true$/i.test(item)) return true;
    if (/^false$/i.test(item)) return false;
    return parseNumber(item, flag);
  });
}

/** Parses inputs such as `0:node1[3 4],node2:1[2]{i32}->[20 15]`. */
export function parseInputs(text: string, flag: string): InputText[] {
  return splitOutsideBrackets(text).map((part) => {
    const [place = '', value] = part.split(/->(.*)/s);
    const match = /^([^[({]*)([[(][^\])]*[\])])?(\{[^}]*\})?$/.exec(place.trim());
    if (match === null || match[1]?.trim() === '')
      throw invalid(flag, 'name, name[shape], name{type} or name->value', part);
    const [, name = '', shape, type] = match;
    return {
      place: name.trim(),
      ...(shape !== undefined && { shape: parseShape(shape, flag) }),
      ...(type !== undefined && { type: type.slice(1, -1).trim() }),
      ...(value !== undefined && { value: parseConstant(value, flag) }),
    };
  });
}
