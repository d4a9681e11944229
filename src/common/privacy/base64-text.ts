const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const SIX_BITS = new Int8Array(128).fill(-1)
for (let value = 0; value < ALPHABET.length; value++) SIX_BITS[ALPHABET.charCodeAt(value)] = value
for (const sign of '+-') SIX_BITS[sign.charCodeAt(0)] = 62
for (const sign of '/_') SIX_BITS[sign.charCodeAt(0)] = 63

/** So many characters tell: of random ones one in 40,000 decodes to text. */
const LOOKED_AT = 16

/** Tells whether base64 from an index on decodes to text that somebody wrote; without decoding it, as each hash is looked at. */
export function isBase64OfText(text: string, from: number): boolean {
  for (let at = from; at < from + LOOKED_AT; at += 4) {
    const bits =
      (six(text, at) << 18) | (six(text, at + 1) << 12) | (six(text, at + 2) << 6) | six(text, at + 3)
    if (!isWritten((bits >> 16) & 255) || !isWritten((bits >> 8) & 255) || !isWritten(bits & 255))
      return false
  }
  return true
}

const six = (text: string, at: number): number => SIX_BITS[text.charCodeAt(at)] ?? -1
const isWritten = (byte: number) => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13

/** Tells whether a character is one of base64, of either alphabet. */
export const isCoded = (code: number): boolean => code < 128 && (SIX_BITS[code] ?? -1) >= 0
