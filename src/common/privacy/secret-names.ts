/**
 * The weight of a name in front of a value: a `password` is one whatever it says, a `secret` too unless it is code or an
 * ordinary word; a `token` may be one of a vocabulary; `perhaps` only where the value looks like none; a `code` is one
 * in the query of an address alone.
 */
export type NameWeight = 'password' | 'secret' | 'token' | 'perhaps' | 'code'

const wordSet = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/))

const PASSWORD = /passw(?:or)?d|passphrase|passcode|passwort|kennwort/
const PASSWORD_WORDS = new Set(['pwd', 'pw', 'pass'])
const SECRET_WORDS = wordSet(`
  secret secrets credential credentials creds cookie cookies dsn pat jwt bearer apikey appkey
  accesskey secretkey privatekey accountkey authkey sharedkey authtoken accesstoken refreshtoken
  sessionid sessid phpsessid jsessionid csrftoken xsrf csrf otp`)
const PERHAPS_WORDS = new Set(['key', 'auth', 'sig', 'signature', 'sas', 'pin', 'hmac'])
/** Words that make of a key in front of which they stand one that lets in. */
const KEYS = wordSet(`
  api app application access account private secret consumer subscription auth encryption signing sign
  master license shared ssh rsa hmac aes client admin root session webhook functions storage deploy
  host service`)
/** Keys that find something, and keys that everybody may have. */
const PLAIN_KEYS =
  /^(?:public|primary|foreign|sort|partition|cache|index|hash|hot|order|group|registry|object|dict|map|lookup|unique|composite|config|state|field|column|row|item|node|layer|tensor|weight|metric|tag|label|routing|shortcut|arrow|scroll|enter|any)$/
/** Tokens of a language model's vocabulary, and of a parser. */
const VOCABULARY =
  /^(?:pad|eos|bos|unk|mask|sep|cls|max|min|num|n|special|image|stop|start|end|next|prev|previous|new|total|prompt|input|output|text|first|last|added|placeholder|vision|audio|video|class|unexpected|per|embed|word|sub|forced|decoder|suppress|cached|completion|tokenizer|begin|invalid|unknown|expected)$/
/** A last word with which a name is about a secret, and does not hold it. */
const ABOUT =
  /^(?:length|len|min|max|required|policy|file|filename|path|paths|dir|folder|field|type|kind|prompt|reset|expired|expires|expiry|expiration|count|attempts|changed|strength|manager|age|ttl|enabled|disabled|mode|method|provider|server|domain|host|port|sock|name|names|format|size|ids|hint|error|status|valid|version|algorithm|alg|header|headers|index|agent|handler|store|ring|less|board|word|words|limit|scope|scopes|parallelism|askpass|url|uri|endpoint)$/
const FILLERS =
  /^(?:id|value|val|string|str|text|base64|b64|hex|old|new|current|prod|dev|test|staging|live|default|plain|raw|\d+)$/

const MAX_LENGTH = 100
const known = new Map<string, NameWeight | null>()
const MAX_KNOWN = 2_000

/** The weight of a name such as `HF_TOKEN`, `clientSecret`, `x-api-key` or `spring.datasource.password`; `null` for any other. */
export function nameWeight(name: string): NameWeight | null {
  const before = known.get(name)
  if (before !== undefined) return before
  const weight = name.length > MAX_LENGTH ? null : weigh(name.replace(/^-+/, ''))
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(name, weight)
  return weight
}

function weigh(name: string): NameWeight | null {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  while (words.length > 1 && FILLERS.test(words.at(-1) ?? '')) words.pop()
  const last = words.at(-1) ?? ''
  const before = words.at(-2) ?? ''
  const joined = words.join('')
  if (words.length > 1 && ABOUT.test(last)) return null
  if (PASSWORD.test(last) && !/less$|s$/.test(last)) return 'password'
  if (PASSWORD_WORDS.has(last)) return 'password'
  if (
    SECRET_WORDS.has(last) ||
    SECRET_WORDS.has(before + last) ||
    /(?:apikey|secretkey|accesskey|privatekey|authtoken|sessionid)$/.test(joined)
  )
    return 'secret'
  if (last === 'token') return tokenWeight(words)
  const isConstant = name === name.toUpperCase() && words.length > 1
  if (last === 'key') return keyWeight(before, words.length, isConstant)
  if (
    isConstant &&
    words.some(
      (word) => PASSWORD.test(word) || /^(?:pass|pwd|auth|dsn|secret|token|key|credentials?)$/.test(word),
    )
  )
    return words.includes('key') || (words.includes('token') && VOCABULARY.test(words[0] ?? ''))
      ? 'perhaps'
      : 'secret'
  if (PERHAPS_WORDS.has(last)) return 'perhaps'
  return name.toLowerCase() === 'code' ? 'code' : null
}

function tokenWeight(words: readonly string[]): NameWeight | null {
  if (words.length === 1) return 'token'
  return words.slice(0, -1).some((word) => VOCABULARY.test(word)) ? 'perhaps' : 'secret'
}

function keyWeight(before: string, count: number, isConstant: boolean): NameWeight | null {
  if (count === 1) return 'perhaps'
  if (KEYS.has(before)) return 'secret'
  if (PLAIN_KEYS.test(before)) return null
  return isConstant ? 'secret' : 'perhaps'
}

/** True if a variable or a setting of this name holds a secret: `HF_TOKEN`, `PGPASSWORD`, `SENTRY_DSN`. */
export function isSecretName(name: string): boolean {
  const weight = nameWeight(name)
  return weight === 'password' || weight === 'secret' || weight === 'token'
}
