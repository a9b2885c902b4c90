/** Reads the header of a JPEG file. */

/** Properties of a JPEG image that its header contains. */
export interface JpegHeader {
  width: number;
  height: number;
  channels: number;
  /** Whether the decoder keeps the whole image in memory, because the image has several scans. */
  isBuffered: boolean;
}

/** Whether a marker has no segment length: TEM, the restart markers and SOI. */
const hasNoLength = (marker: number): boolean =>
  marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Whether a marker begins a frame: SOF0 to SOF15, without DHT, JPG and DAC, which lie between them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

const isProgressive = (marker: number): boolean => [0xc2, 0xc6, 0xca, 0xce].includes(marker);

/**
 * Reads the header of a JPEG up to its first scan. This takes microseconds; sharp's `metadata()` takes a fraction
 * of a millisecond. Returns undefined if the bytes are not a JPEG or the header is incomplete.
 */
export function jpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let header: JpegHeader | undefined;
  for (let at = 2; at + 10 <= bytes.length;) {
    const marker = bytes[at + 1] as number;
    // Decoders skip bytes between segments, and fill bytes.
    if (bytes[at] !== 0xff || marker === 0 || marker === 0xff) at += 1;
    else if (hasNoLength(marker)) at += 2;
    else if (isFrame(marker)) {
      if (header !== undefined) return undefined;
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      const channels = bytes[at + 9] as number;
      header = { width, height, channels, isBuffered: isProgressive(marker) };
      at += 2 + view.getUint16(at + 2);
    } else if (marker === 0xda) {
      if (header !== undefined && (bytes[at + 4] as number) < header.channels)
        header.isBuffered = true;
      return header;
    } else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
