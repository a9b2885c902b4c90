import sharp from 'sharp';
import { FreshFiles } from '../fresh-files';

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Writes a picture, upright, with a line of text along its lower edge; the target's ending says the format. */
export async function writeCaptioned(file: string, target: string, caption: string): Promise<void> {
  const upright = sharp(file).autoOrient().toColourspace('srgb').png();
  const { data, info } = await upright.toBuffer({ resolveWithObject: true });
  const size = Math.max(10, Math.round(info.width / 20));
  const height = Math.min(2 * size, info.height);
  const line = `<svg xmlns="http://www.w3.org/2000/svg" width="${info.width}" height="${height}">
<rect width="100%" height="100%" fill="black" fill-opacity="0.6"/>
<text x="${size / 2}" y="${1.4 * size}" font-family="sans-serif" font-size="${size}" fill="white">${escapeXml(caption)}</text>
</svg>`;
  const fresh = new FreshFiles(target);
  try {
    await sharp(data)
      .composite([{ input: Buffer.from(line), gravity: 'south' }])
      .toFile(fresh.paths[0] as string);
    await fresh.commit();
  } catch (error) {
    throw fresh.discard(error);
  }
}

/** A small JPEG of a picture, as a data URL for a page. */
export async function thumbnail(file: string): Promise<string> {
  const jpeg = await sharp(file)
    .autoOrient()
    .resize(240, 180, { fit: 'inside' })
    .flatten({ background: 'white' })
    .jpeg({ quality: 75 })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
