// @ts-check
// src/common/privacy/gitleaks-rules.ts, from gitleaks' own rules as they lie in third-party/gitleaks/ (MIT):
//   node scripts/gitleaks-rules.mjs            converts them
//   node scripts/gitleaks-rules.mjs --check    fails when the converted ones are not these
// A newer gitleaks.toml is put in the place of the old one, with its version below.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const VERSION = '8.30.0'
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const TARGET = path.join(root, 'src/common/privacy/gitleaks-rules.ts')

/** The vendor's name in front of a value of its own: without a beginning that is the value's own, it is no shape. */
const NAMED = /^\[\\w\.-\]\{0,50\}\?/
/** The end that a value must have there: in a log a comma or a bracket ends it as well. */
const ENDS = [
  String.raw`(?:[\x60'"\s;]|\\[nr]|$)`,
  String.raw`(?:[\x60'"\s;]|\\[nr]|$|\b)`,
  String.raw`(?:[^\w-]|\z)`,
  String.raw`(?:[^a-zA-Z0-9+/]|\z)`,
]
/** Shortest beginning by which a secret is looked for. */
const MIN_BEGINNING = 3
/** Not shapes of one value: `curl`'s and NuGet's are names of values; a private key's end may be missing; a JWT's is ours. */
const LEFT_OUT = new Set([
  'curl-auth-header',
  'curl-auth-user',
  'nuget-config-password',
  'private-key',
  'jwt',
  'jwt-base64',
  'generic-api-key',
  'kubernetes-secret-yaml',
])

/** @param {string} toml @returns {{ id: string, regex: string }[]} */
function rulesIn(toml) {
  return toml.split('[[rules]]').flatMap((rule) => {
    const id = /^id = "(.+)"$/m.exec(rule)?.[1]
    const regex = /^regex = '''(.+)'''$/m.exec(rule)?.[1]
    return id && regex && !LEFT_OUT.has(id) ? [{ id, regex }] : []
  })
}

/**
 * Converts one expression of Go's to JavaScript's, which has no flags for a part: such a rule ignores case as a whole.
 * @param {string} regex
 * @returns {{ source: string, flags: string } | null} `null` for a value that only a name in front of it tells
 */
function converted(regex) {
  const isNamed = NAMED.test(regex.replace('(?i)', ''))
  const ignoresCase = /\(\?i[:)]/.test(regex)
  let source = isNamed ? lastGroup(regex) : regex
  for (const end of ENDS) if (source?.endsWith(end)) source = source.slice(0, -end.length)
  if (!source) return null
  source = source
    .replaceAll('(?i)', '')
    .replaceAll(/\(\?-?i:/g, '(?:')
    .replaceAll('[:alnum:]', 'A-Za-z0-9')
    .replaceAll('\\z', '$')
    .replace('(?:https?://)?', '')
    .replaceAll(/\((?!\?)/g, '(?:')
  // Beside a name a value of words would do; here it must look like none: `d` is for a digit.
  return { source, flags: (ignoresCase ? 'i' : '') + (isNamed ? 'd' : '') }
}

/** @param {string} regex */
function lastGroup(regex) {
  const start = regex.indexOf('{0,5}(')
  if (start < 0) return null
  const end = ENDS.map((tail) => regex.lastIndexOf(tail)).find((at) => at > start)
  return end === undefined ? null : regex.slice(start + '{0,5}'.length, end)
}

/** @param {string} source @returns {string[]} the beginnings of all that it matches, in lower case; none if one is not known */
function beginnings(source) {
  const bare = source.replace(/^(?:\\b)+/, '')
  if (!bare.startsWith('(?:')) {
    const literal = literalOf(bare)
    return literal.length < MIN_BEGINNING ? [] : [literal]
  }
  const end = closing(bare)
  if (end < 0 || /^[?*{]/.test(bare.slice(end + 1))) return []
  const rest = bare.slice(end + 1)
  return alternatives(bare.slice(3, end)).flatMap((one) => {
    const own = literalOf(one.replace(/^(?:\\b)+/, ''))
    if (one.startsWith('(?:')) return beginnings(one + rest)
    const whole = own.length === one.replaceAll('\\', '').length ? own + literalOf(rest) : own
    return whole.length < MIN_BEGINNING ? [] : [whole]
  })
}

/** @param {string} source */
function literalOf(source) {
  const literal = /^(?:[\w~:/-]|\\[.\-/])*/.exec(source)?.[0] ?? ''
  const next = source[literal.length]
  const whole = next !== undefined && '?*{+'.includes(next) ? literal.slice(0, -1) : literal
  return whole.replaceAll('\\', '').toLowerCase()
}

/** @param {string} source */
function closing(source) {
  let depth = 0
  let inClass = false
  for (let at = 0; at < source.length; at++) {
    const character = source[at]
    if (character === '\\') at++
    else if (inClass) inClass = character !== ']'
    else if (character === '[') inClass = true
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return at
  }
  return -1
}

/** @param {string} source */
function alternatives(source) {
  const found = ['']
  const add = (/** @type {string} */ piece) => {
    found[found.length - 1] = (found.at(-1) ?? '') + piece
  }
  let depth = 0
  for (let at = 0; at < source.length; at++) {
    const character = source[at]
    if (character === '\\') {
      add(`${source[at]}${source[++at] ?? ''}`)
      continue
    }
    if ('(['.includes(character ?? '')) depth++
    if (')]'.includes(character ?? '')) depth--
    if (character === '|' && depth === 0) found.push('')
    else add(character ?? '')
  }
  return found
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const toml = readFileSync(path.join(root, 'third-party/gitleaks/gitleaks.toml'), 'utf8')
const lines = rulesIn(toml).flatMap(({ regex }) => {
  const rule = converted(regex)
  const starts = rule ? [...new Set(beginnings(rule.source))] : []
  if (!rule || starts.length === 0) return []
  new RegExp(rule.source, rule.flags.replace('d', ''))
  return [`  [${quoted(starts.join(' '))}, ${quoted(rule.source)}, ${quoted(rule.flags)}],`]
})
const text = `// Made by scripts/gitleaks-rules.mjs from gitleaks ${VERSION} (MIT, third-party/gitleaks/LICENSE): not by hand.

/**
 * The shapes of secrets: how each begins, in lower case and parted by spaces; its regular expression; and \`i\` where case is
 * ignored, \`d\` where it must have a digit.
 */
export const GITLEAKS_RULES: readonly (readonly [beginnings: string, source: string, flags: string])[] = [
${[...new Set(lines)].join('\n')}
]
`
if (!process.argv.includes('--check')) writeFileSync(TARGET, text)
else if (readFileSync(TARGET, 'utf8') !== text) {
  process.stderr.write(
    'src/common/privacy/gitleaks-rules.ts is not made from third-party/gitleaks: node scripts/gitleaks-rules.mjs\n',
  )
  process.exitCode = 1
}
