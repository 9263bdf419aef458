/** The segments of a JPEG file, one after the other (ITU T.81, annex B). */

/** Markers: the byte after 0xff. */
export const MARKER = {
  TEM: 0x01,
  SOF0: 0xc0,
  DHT: 0xc4,
  JPG: 0xc8,
  DAC: 0xcc,
  SOF15: 0xcf,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DNL: 0xdc,
  DRI: 0xdd,
  APP0: 0xe0,
  APP14: 0xee,
} as const;

/** What is wrong with a JPEG file, as the end of a sentence that begins with its name. */
export class JpegProblem extends Error {
  override name = "JpegProblem";
}

export function damaged(reason: string): JpegProblem {
  return new JpegProblem(`is damaged: ${reason}. Fetch it again`);
}

export function truncated(bytes: Uint8Array): JpegProblem {
  return new JpegProblem(`is truncated after ${bytes.length} bytes. Fetch it again`);
}

export function unsupported(what: string): JpegProblem {
  return new JpegProblem(`${what}, which is not supported. Save it again as an ordinary JPEG`);
}

/** A marker and what belongs to it. */
export interface Segment {
  marker: number;
  /** Without the length; empty for markers that stand alone. */
  content: Uint8Array;
  /** Where the file goes on. */
  end: number;
}

/**
 * The segment that begins at `at`, fill bytes before it skipped.
 * @throws JpegProblem when there is none, or it is not whole
 */
export function readSegment(bytes: Uint8Array, at: number): Segment {
  if (at < bytes.length && bytes[at] !== 0xff) throw damaged("its header cannot be read");
  while (bytes[at] === 0xff) at++;
  if (at >= bytes.length) throw truncated(bytes);
  const marker = bytes[at++];
  if (standsAlone(marker)) return { marker, content: bytes.subarray(at, at), end: at };
  if (isReserved(marker)) throw damaged("its header cannot be read");
  if (at + 2 > bytes.length) throw truncated(bytes);
  const length = bytes[at] << 8 | bytes[at + 1];
  if (length < 2) throw damaged("its header cannot be read");
  const end = at + length;
  if (end > bytes.length) throw truncated(bytes);
  return { marker, content: bytes.subarray(at + 2, end), end };
}

export function isRestart(marker: number): boolean {
  return marker >= MARKER.RST0 && marker <= MARKER.RST7;
}

/** SOF0 … SOF15; three of that range mean something else. */
export function isFrame(marker: number): boolean {
  return marker >= MARKER.SOF0 && marker <= MARKER.SOF15 &&
    marker !== MARKER.DHT && marker !== MARKER.JPG && marker !== MARKER.DAC;
}

/** What nobody writes: 0xff00, 0xff02 … 0xffbf, and JPGn but for JPEG-LS. */
function isReserved(marker: number): boolean {
  return marker < MARKER.SOF0 || (marker >= 0xf0 && marker <= 0xfd && marker !== 0xf7);
}

function standsAlone(marker: number): boolean {
  return marker === MARKER.TEM || marker === MARKER.SOI || marker === MARKER.EOI ||
    isRestart(marker);
}
