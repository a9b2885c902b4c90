import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const image = join(__dirname, '../../dist/image/index.js');

/**
 * What a call of the image API ends with when its process may not read everything, as root may. It
 * runs in a child: stepping down concerns all threads of a process, also those of other libraries.
 *
 * @param call - an expression over `image`, the built module
 */
export function failsUnprivileged(call: string): { code?: string; message?: string } {
  const script = `
    const image = require(${JSON.stringify(image)});
    if (process.geteuid?.() === 0) process.seteuid(65534);
    ${call}.then(() => ({}), ({ code, message }) => ({ code, message })).then((end) => console.log(JSON.stringify(end)));`;
  const text = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return JSON.parse(text) as { code?: string; message?: string };
}
