/** Makes a folder of realistic photographs: JPEGs of 0.5 to 12 megapixels. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { root, scratch } from './places.mjs';

const require = createRequire(join(root, 'package.json'));

/** Size of the largest image: 4:3, as cameras write it. */
const full = { width: 4000, height: 3000 };

/** Enlarges a photograph and adds sensor noise; without noise it would decode faster than a real one. */
async function enlarge(sharp, file) {
  const grain = await sharp({
    create: {
      ...full,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', mean: 128, sigma: 12 },
    },
  })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return sharp(file)
    .resize(full.width, full.height, { fit: 'cover' })
    .composite([{ input: grain, blend: 'overlay' }])
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** Returns a folder of `count` images; makes them if they are missing, always the same ones. */
export async function provideImages(count) {
  const folder = join(scratch, `images-${count}`);
  if (existsSync(folder)) return folder;
  const sharp = require('sharp');
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const photographs = join(root, 'models', 'photographs');
  const files = readdirSync(photographs).sort();
  for (const [f, file] of files.entries()) {
    const raw = await enlarge(sharp, join(photographs, file));
    for (let i = f; i < count; i += files.length) {
      // Sizes are on a logarithmic scale, in mixed order; every third image is in portrait format.
      const part = ((i * 37) % count) / Math.max(1, count - 1);
      const pixels = 0.5e6 * 24 ** part;
      const long = Math.min(full.width, Math.round(Math.sqrt((pixels * 4) / 3)));
      const short = Math.min(full.height, Math.round((long * 3) / 4));
      const [width, height] = i % 3 === 0 && long <= full.height ? [short, long] : [long, short];
      await sharp(raw, { raw: { ...full, channels: 3 } })
        .extract({
          left: Math.floor((full.width - width) / 2),
          top: Math.floor((full.height - height) / 2),
          width,
          height,
        })
        .jpeg({ quality: 85 })
        .toFile(join(partial, `${String(i).padStart(4, '0')}.jpg`));
    }
  }
  renameSync(partial, folder);
  return folder;
}
