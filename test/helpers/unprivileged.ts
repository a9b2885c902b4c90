import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const image = join(__dirname, '../../dist/image/index.js');

/**
 * What a script prints when its process may not read everything, as root may. It runs in a child:
 * stepping down concerns all threads of a process, also those of other libraries.
 */
export function asUnprivileged(script: string): string {
  const stepDown = 'if (process.geteuid?.() === 0) process.setuid(65534);';
  return execFileSync(process.execPath, ['-e', `${stepDown}${script}`], { encoding: 'utf8' });
}

/**
 * What a call of the image API ends with then.
 *
 * @param call - an expression over `image`, the built module
 */
export function failsUnprivileged(call: string): { code?: string; message?: string } {
  const text = asUnprivileged(`
    const image = require(${JSON.stringify(image)});
    ${call}.then(() => ({}), ({ code, message }) => ({ code, message })).then((end) => console.log(JSON.stringify(end)));`);
  return JSON.parse(text) as { code?: string; message?: string };
}
