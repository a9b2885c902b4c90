/** The small languages of Model Optimizer's flags, turned into plain values. */
import { invalid } from '../base/check';
import type { Dimension } from '../network';

/** A name, with a port in front (of what goes in) or behind (of what comes out). */
export interface PlaceName {
  name: string;
  inputPort?: number;
  outputPort?: number;
}

/** An input as `--input` describes it. */
export interface InputText {
  /** As written, with the ports. */
  place: string;
  shape?: Dimension[];
  type?: string;
  value?: (number | boolean)[];
}

/** Splits at separators outside of brackets; empty parts are kept. */
export function splitOutside(text: string, separator = ','): string[] {
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

function inside(text: string, flag: string): string {
  const match = /^\s*[[(](.*)[\])]\s*$/s.exec(text);
  if (match === null) throw invalid(flag, 'values in brackets, such as [1,3,224,224]', text);
  return match[1] as string;
}

/** `[1,3,1..8,?]`, with commas or blanks between. */
export function parseShape(text: string, flag: string): Dimension[] {
  const content = inside(text, flag).trim();
  return content === '' ? [] : content.split(/[\s,]+/).map((dim) => parseDimension(dim, flag));
}

/** `[1,3,224,224],[1,10]`: one shape an input. */
export function parseShapes(text: string, flag: string): Dimension[][] {
  return splitOutside(text).map((part) => parseShape(part, flag));
}

function parseNumber(text: string, flag: string): number {
  const value = text === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) throw invalid(flag, 'numbers', text);
  return value;
}

/** `[1,2,3]`, `(1,2,3)`, several of them, or each behind a name: `data[1,2,3],info[4]`. */
export function parseValues(
  text: string,
  flag: string,
): number[] | number[][] | Record<string, number[]> {
  const entries = splitOutside(text).map((part) => {
    const match = /^([^[(]*)([[(].*)$/s.exec(part);
    if (match === null) throw invalid(flag, 'values in brackets, such as [1,2,3]', part);
    const [, name = '', list = ''] = match;
    const values = inside(list, flag)
      .split(',')
      .map((value) => parseNumber(value.trim(), flag));
    return [name.trim(), values] as const;
  });
  const named = entries.filter(([name]) => name !== '').length;
  if (named > 0 && named < entries.length)
    throw invalid(flag, 'a name before each of the lists, or before none', text);
  if (named > 0) return Object.fromEntries(entries);
  return entries.length === 1
    ? (entries[0] as readonly [string, number[]])[1]
    : entries.map(([, values]) => values);
}

/** `nhwc`, `[n,h,w,c]`, `nchw->nhwc`; each input's own behind its name: `in1(nhwc->nchw),in2(nc)`. */
export function parseLayouts(text: string, flag: string): string | Record<string, string> {
  const parts = splitOutside(text);
  const named = parts.map((part) => /^([^[(]+)\((.*)\)$/s.exec(part));
  if (named.every((match) => match === null)) {
    // A layout in brackets is one part already; a bare one has no commas.
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

/** `True`, `1.5`, `[1 2 3]`, `[1,2,3]`. */
export function parseConstant(text: string, flag: string): (number | boolean)[] {
  const content = /^[[(].*[\])]$/s.test(text) ? inside(text, flag).trim() : text.trim();
  if (content === '') throw invalid(flag, 'a value after ->', text);
  return content.split(/[\s,]+/).map((item) => {
    if (/^true$/i.test(item)) return true;
    if (/^false$/i.test(item)) return false;
    return parseNumber(item, flag);
  });
}

/** `0:node1[3 4],node2:1[2]{i32}->[20 15]`. */
export function parseInputs(text: string, flag: string): InputText[] {
  return splitOutside(text).map((part) => {
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

/** `a->True,b->[1 2]`. */
export function parseFreeze(text: string, flag: string): Record<string, (number | boolean)[]> {
  return Object.fromEntries(
    splitOutside(text).map((part) => {
      const [name = '', value] = part.split(/->(.*)/s);
      if (name.trim() === '' || value === undefined) throw invalid(flag, 'name->value', part);
      return [name.trim(), parseConstant(value, flag)];
    }),
  );
}

/** `True`, or pairs as Python writes them: `{'a': 'b'}`. */
function parseArgument(text: string, flag: string): boolean | Record<string, string> {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const match = /^\{(.*)\}$/s.exec(text);
  if (match === null) throw invalid(flag, "True, False or {'name': 'name'}", text);
  return Object.fromEntries(
    splitOutside(match[1] as string).map((pair) => {
      const names = /^(['"])(.+)\1\s*:\s*(['"])(.+)\3$/s.exec(pair);
      if (names === null) throw invalid(flag, "pairs such as 'name': 'name'", pair);
      return [names[2] as string, names[4] as string];
    }),
  );
}

/** `LowLatency2[use_const_initializer=False],MakeStateful[param_res_names={'a':'b'}]`. */
export function parseTransformations(
  text: string,
  flag: string,
): Record<string, Record<string, boolean | Record<string, string>>> {
  return Object.fromEntries(
    splitOutside(text).map((part) => {
      const match = /^(\w+)(?:\[(.*)\])?$/s.exec(part);
      if (match === null) throw invalid(flag, 'Name or Name[argument=value]', part);
      const [, name = '', content = ''] = match;
      const args = splitOutside(content, ';').filter((item) => item !== '');
      const pairs = args.map((item) => {
        const [key = '', value] = item.split(/=(.*)/s);
        if (value === undefined) throw invalid(flag, `argument=value in ${name}[…]`, item);
        return [key.trim(), parseArgument(value.trim(), flag)] as const;
      });
      return [name, Object.fromEntries(pairs)];
    }),
  );
}

/** The readings of a name with colons: as it stands, with a port in front, with a port behind. */
export function readPlaceName(text: string): PlaceName[] {
  const front = /^(\d+):(.+)$/s.exec(text);
  const behind = /^(.+):(\d+)$/s.exec(text);
  return [
    { name: text },
    ...(front ? [{ name: front[2] as string, inputPort: Number(front[1]) }] : []),
    ...(behind ? [{ name: behind[1] as string, outputPort: Number(behind[2]) }] : []),
  ];
}
