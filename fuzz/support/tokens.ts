/** Difficult input for parsers, inserted unchanged. */
export const TOKENS: readonly Uint8Array[] = [
  '',
  '0',
  '-0',
  '-1',
  '1e999',
  '-1e999',
  'NaN',
  'Infinity',
  '9007199254740993',
  '18446744073709551616',
  '99999999999999999999999999999999999999999999',
  '8640000000000001',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"',
  '\\',
  ',',
  ':',
  '}',
  ']',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '\0',
  '\u001b[2J',
  '\u2028',
  '\u202e',
  '\ufeff',
  '\\u0000',
  '\\ud800',
  '"__proto__":{"x":1},',
  '"constructor":null,',
  '../../../../etc/passwd',
  'https://user:password@host',
  '%ZZ%00',
  '٣',
  '💥',
].map((text) => Buffer.from(text))

/** JSON that is parsed without trouble, and overflows the stack of a recursive walk. */
export const DEEP_JSON = `${'['.repeat(50_000)}${']'.repeat(50_000)}`

/** Invalid UTF-8: cut off, overlong, half of a pair, a byte that never occurs. */
const BROKEN_UTF8 = [[0xf0, 0x9f], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xff]]
/** Numbers of 64 bits and beyond, little-endian and as varints; a gzip header. */
const BINARY = [
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0x1f, 0x8b, 0x08],
]

export const BYTE_TOKENS: readonly Uint8Array[] = [
  ...TOKENS,
  ...[...BROKEN_UTF8, ...BINARY].map((bytes) => Uint8Array.from(bytes)),
]
