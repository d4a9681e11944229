/** The replacement of a secret, the same as dd-trace's. */
export const REDACTED = '<redacted>'

/**
 * A secret's name, the separator, and the secret. Every repetition starts at a literal or is bounded: a
 * hostile line takes time in proportion to its length.
 */
const ASSIGNED =
  /((?:(?:api|app|application|access|account|private|secret|consumer|subscription)[-_ ]?key(?:[-_]?id)?|secret|token|passw(?:or)?d|passphrase|credentials?|\bsig(?:nature)?|(?<=;)pwd)(?:\\?["'])?)(\s{0,3}(?:=>|=|:|%3D)\s{0,3})(\\?"[^"\n]{1,4096}"|\\?'[^'\n]{1,4096}'|[^\s"'&,;<>{}()[\]\\]+)/gi
const PASSWORD = /^passw|^passphrase|^pwd/i
const NO_SECRET = /^(?:null|undefined|none|true|false|\*+|\.{3}|\$.*|%.*%?)$/i

/** Patterns of secrets that have a recognisable shape. A hash, a commit and a UUID have none, and stay. */
const SHAPED: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  // JSON Web Token
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  // AWS · GitHub, GitLab · Hugging Face, Replicate · OpenAI, Anthropic, Stripe · Slack · npm, PyPI · Google
  /(?<!\w)(?:(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|(?:gh[pousr]|github_pat)_\w{20,}|glpat-[\w-]{20,}|(?:hf|api_org|r8)_[A-Za-z0-9]{20,}|sk-[\w-]{20,}|[sr]k_(?:live|test)_\w{10,}|xox[abeoprs]-[\w-]{10,}|npm_\w{30,}|pypi-[\w-]{40,}|AIza[\w-]{35}|ya29\.[\w-]{20,})/g,
]
/** `user:password@` and `token@` in a URL; a mere name as in `ssh://git@host` is not a secret. */
const URL_CREDENTIALS = /(?<=:\/\/)(?!git@)[^\s/?#"'<>]+@/g
const FLAG = /(--(?:[\w-]{0,20}-)?(?:key|token|secret|password)[ =])([^\s<]+)/gi
const AUTHORIZATION =
  /((?:authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|bearer|digest|token)|\bbearer)\s{1,3})([\w.~+/=-]{8,})/gi

/**
 * Blanks tokens, keys, passwords and credentials in a text.
 * @param known secrets whose values are known, blanked wherever they stand
 */
export function hideSecrets(text: string, known: readonly string[]): string {
  let hidden = text
  for (const secret of known) hidden = hidden.replaceAll(secret, REDACTED)
  for (const shape of SHAPED) hidden = hidden.replace(shape, REDACTED)
  return hidden
    .replace(URL_CREDENTIALS, `${REDACTED}@`)
    .replace(AUTHORIZATION, (all, scheme: string, value: string) =>
      scheme.toLowerCase().startsWith('auth') || /\d/.test(value) ? `${scheme}${REDACTED}` : all,
    )
    .replace(FLAG, `$1${REDACTED}`)
    .replace(ASSIGNED, (all, name: string, separator: string, value: string) =>
      isAssigned(name, separator, value) ? `${name}${separator}${inQuotes(value)}` : all,
    )
}

/**
 * False for "Unexpected token: newline" and "max_token=77", which are not secrets; a value written as data
 * more likely is one.
 */
function isAssigned(name: string, separator: string, value: string): boolean {
  const bare = value.replace(/^\\?["']/, '').replace(/\\?["']$/, '')
  if (NO_SECRET.test(bare)) return false
  const isData = bare !== value || !separator.startsWith(':') || !/\s/.test(separator)
  if (PASSWORD.test(name)) return isData || (bare.length >= 4 && /\d/.test(bare))
  return isData ? bare.length >= 6 : bare.length >= 20 || (bare.length >= 8 && /\d/.test(bare))
}

function inQuotes(value: string): string {
  const [opening = ''] = value.match(/^\\?["']/) ?? []
  const [closing = ''] = value.match(/\\?["']$/) ?? []
  return `${opening}${REDACTED}${closing}`
}

/**
 * Names of environment variables that hold secrets: `HF_TOKEN`, `AWS_SECRET_ACCESS_KEY`; `..._FILE` holds a
 * path.
 */
const SECRET_VARIABLE =
  /(?:^|_)(?:API_?KEY|APP_?KEY|APPLICATION_KEY|ACCESS_KEY(?:_ID)?|SECRET|SECRET_KEY|TOKEN|PASSWORD|PASSWD|PAT)$/i
/** True if a variable or a setting of this name holds a secret. */
export const isSecretName = (name: string): boolean => SECRET_VARIABLE.test(name)

/** Shortest known secret that is blanked: a shorter one would blank parts of ordinary words. */
const MIN_KNOWN_LENGTH = 8

/**
 * The values of an environment's secrets, found by their names, longest first, in each of their spellings.
 */
export function knownSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  const values = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && isSecretName(name) && value.trim().length >= MIN_KNOWN_LENGTH
      ? [value.trim()]
      : [],
  )
  const spellings = values.flatMap((value) => [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ])
  return [...new Set(spellings)].sort((a, b) => b.length - a.length)
}

/** A name that people give to secrets, in part of it: `keyFile`, `MY_TOKENS`. */
const SUSPICIOUS_NAME = /key|token|secret|passw|credential/i
/** A secret's name in front of something, as in the arguments of a program. */
const SUSPICIOUS_TEXT = /(?:api[-_]?key|token|secret|passw(?:or)?d)["']?\s*[=:,\s]/i

/**
 * Tells whether a setting may hold a secret, by its name or by what it says itself. Stricter than `hideSecrets`, which must
 * leave a log legible: a setting is shown whole or not at all.
 */
export function mayHoldSecret(name: string, value: string): boolean {
  if (isSecretName(name) || SUSPICIOUS_NAME.test(name) || SUSPICIOUS_TEXT.test(value)) return true
  return hasCredentials(value) || hideSecrets(value, []) !== value
}

/** Finds credentials as in a URL: `user:password@host`. Not by a pattern, which takes minutes for a megabyte of colons. */
function hasCredentials(value: string): boolean {
  return value.split(/\s+/).some((word) => {
    const colon = word.indexOf(':', 1)
    return colon > 0 && word.indexOf('@', colon) > 0
  })
}
