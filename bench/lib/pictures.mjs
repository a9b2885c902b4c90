/** A folder of photographs as people have them: JPEGs of half a million to twelve million points. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { root, scratch } from './places.mjs';

const require = createRequire(join(root, 'package.json'));

/** The largest: 4:3, as cameras give them. */
const full = { width: 4000, height: 3000 };

/** Enlarged, and with the grain of a sensor, without which it would decode too easily. */
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

/** The folder with so many pictures; they are made when they are missing, the same ones each time. */
export async function pictures(count) {
  const folder = join(scratch, `pictures-${count}`);
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
      // Sizes on a logarithmic scale, in an order that mixes them; every third is upright.
      const part = ((i * 37) % count) / Math.max(1, count - 1);
      const points = 0.5e6 * 24 ** part;
      const long = Math.min(full.width, Math.round(Math.sqrt((points * 4) / 3)));
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
