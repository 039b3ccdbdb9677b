/**
 * Muxes uncompressed pictures with timestamps as a Matroska stream, the simplest container that ffmpeg reads from a pipe and that
 * has a timestamp for each frame (RFC 9559; EBML is RFC 8794).
 */

/** The bytes before the first frame. Timestamps are in microseconds. */
export function matroskaHeader(width: number, height: number): Buffer {
  const ebml = element(
    0x1a45dfa3,
    element(0x4286, number(1)), // EBMLVersion
    element(0x42f7, number(1)), // EBMLReadVersion
    element(0x42f2, number(4)), // EBMLMaxIDLength
    element(0x42f3, number(8)), // EBMLMaxSizeLength
    element(0x4282, Buffer.from('matroska')), // DocType
    element(0x4287, number(4)), // DocTypeVersion
    element(0x4285, number(2)), // DocTypeReadVersion
  );
  const segment = Buffer.from('1853806701ffffffffffffff', 'hex'); // Segment of unknown length
  const info = element(0x1549a966, element(0x2ad7b1, number(1_000))); // Info: TimestampScale in ns
  const video = element(
    0xe0,
    element(0xb0, number(width)), // PixelWidth
    element(0xba, number(height)), // PixelHeight
    element(0x2eb524, Buffer.from('RGB\x18', 'latin1')), // UncompressedFourCC: 24 bits of RGB
  );
  const track = element(
    0xae,
    element(0xd7, number(1)), // TrackNumber
    element(0x73c5, number(1)), // TrackUID
    element(0x83, number(1)), // TrackType: video
    element(0x86, Buffer.from('V_UNCOMPRESSED')), // CodecID
    video,
  );
  return Buffer.concat([ebml, segment, info, element(0x1654ae6b, track)]);
}

/** The bytes before a frame, which gets its own cluster. `time` is a whole number of microseconds since the first frame. */
export function matroskaFrame(time: number, bytes: number): Buffer {
  const timestamp = element(0xe7, number(time));
  const block = Buffer.from([0x81, 0, 0, 0x80]); // track 1, no offset from the cluster, key frame
  const simpleBlock = Buffer.concat([Buffer.from([0xa3]), length(block.length + bytes), block]);
  const body = timestamp.length + simpleBlock.length + bytes;
  return Buffer.concat([Buffer.from('1f43b675', 'hex'), length(body), timestamp, simpleBlock]);
}

function element(id: number, ...parts: Buffer[]): Buffer {
  const hex = id.toString(16);
  const data = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(hex, 'hex'), length(data.length), data]);
}

// An EBML length in its eight-byte form: a marker bit and 56 bits.
function length(bytes: number): Buffer {
  const buffer = number(bytes);
  buffer[0] = 0x01;
  return buffer;
}

function number(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return buffer;
}
