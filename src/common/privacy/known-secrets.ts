import { isSecretName } from './secret-names'

/** Shortest known secret that is blanked: a shorter one would blank parts of ordinary words. */
const MIN_LENGTH = 8
/** A word of letters alone is blanked everywhere from here on: `postgres` and `production` are words of a log too. */
const MIN_WORD_LENGTH = 12
const MIN_NUMBER_LENGTH = 10
/** Shortest piece of a secret in base64 that is looked for. */
const MIN_CODED_LENGTH = 10

/** The values of an environment's secrets, found by their names, longest first. */
export function knownSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  const values = Object.entries(env).flatMap(([name, value = '']) => [
    ...(isSecretName(name) && isTelling(value.trim()) ? [value.trim()] : []),
    ...passwordsIn(value),
  ])
  return [...new Set(values)].sort((a, b) => b.length - a.length)
}

/**
 * The spellings of a secret that decoding a text does not bring to light: hexadecimal, and base64 wherever in a longer text it
 * begins.
 */
export function codedForms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const inBase64 = [0, 1, 2].flatMap((before) => {
    const coded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '')
    // The first characters hold bits of what stands before, the last ones of what follows.
    const own = coded.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1)
    return own.length < MIN_CODED_LENGTH ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
  return [...new Set([hex, hex.toUpperCase(), ...inBase64])]
}

/** False for what is an ordinary word, a number or a path: it stays, but behind the name of a secret. */
function isTelling(value: string): boolean {
  if (value.length < MIN_LENGTH || /^(?:[~/]|\.{1,2}\/|[a-z]:[\\/])/i.test(value)) return false
  if (/^[a-z]+$/i.test(value)) return value.length >= MIN_WORD_LENGTH
  if (/^[\d.,:-]+$/.test(value)) return value.length >= MIN_NUMBER_LENGTH
  return !/^https?:\/\/[^@]*$/i.test(value)
}

/** The password of an address, whatever the name of its variable: `DATABASE_URL`, `HTTPS_PROXY`. */
function passwordsIn(value: string): string[] {
  if (!value.includes('://')) return []
  const [, password = ''] = /:\/\/[^\s/:@]*:([^\s@]{1,300})@/.exec(value) ?? []
  return isTelling(password) ? [password] : []
}
