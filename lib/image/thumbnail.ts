/** Makes small images for pages. */

import sharp from 'sharp';

/** A small JPEG of an image, as a data URL for a page. */
export async function thumbnail(file: string): Promise<string> {
  const jpeg = await sharp(file)
    .autoOrient()
    .resize(240, 180, { fit: 'inside' })
    .flatten({ background: 'white' })
    .jpeg({ quality: 75 })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
