import { randomInt } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const DIGITS = '0123456789'
const SMALL = 'abcdefghijklmnopqrstuvwxyz'
const HEX = `${DIGITS}abcdef`
const LETTERS = `${SMALL}ABCDEFGHIJKLMNOPQRSTUVWXYZ${DIGITS}`

const pick = <T>(all: readonly T[]): T => all[randomInt(all.length)] as T
const some = (length: number, of = LETTERS) => Array.from({ length }, () => of[randomInt(of.length)]).join('')

/** Keys that their shape gives away; each may stand in an identifier. */
const SHAPES: readonly (() => string)[] = [
  () => `ghp_${some(36)}`,
  () => `hf_${some(34)}`,
  () => `npm_${some(36)}`,
  () => `AKIA${some(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
  () => `shpat_${some(32, HEX)}`,
  () => `dop_v1_${some(64, HEX)}`,
  () => `sk_live_${some(24)}`,
]
/** Names of variables that say that they are secret. */
const NAMES: readonly (() => string)[] = [
  () => `${some(5, SMALL).toUpperCase()}_API_KEY`,
  () => `${some(5, SMALL).toUpperCase()}_PASSWORD`,
  () => `${some(5, SMALL).toUpperCase()}_TOKEN`,
  () => `${some(5, SMALL).toUpperCase()}_CLIENT_SECRET`,
  () => `${some(5, SMALL).toUpperCase()}_DSN`,
  () => `${some(5, SMALL).toUpperCase()}_BASIC_AUTH`,
]

/** A value without a shape, of a known variable; it may stand in an identifier. */
const value = () => `${some(1, SMALL)}${some(7)}${some(2, DIGITS)}${some(8)}`
const shaped = () => pick(SHAPES)()

/** How many variables with secret names there are. */
const VARIABLES = 40

/** A host named `vm` would be found in words. */
const MIN_NAME_LENGTH = 6

export interface Planted {
  /** None of them may leave or be written. */
  readonly secrets: readonly string[]
  /** The login name, the home folder, and the host's name: they may be written, and never leave. */
  readonly identity: readonly string[]
  readonly home: string
  readonly entry: string
  readonly env: Readonly<Record<string, string>>
  /** Beginnings of texts behind which a secret stood: each has to arrive, or nothing was tested. */
  readonly marks: readonly string[]
}

/**
 * Plants 100 new secrets in a home folder, an environment and a backend in it, which gives all of them away.
 * @param host the name of the host that the app will run on; `null` for this one's
 */
export function plantSecrets(parent: string, backend: string, host: string | null): Planted {
  const login = `login${some(8, SMALL)}`
  const home = path.join(parent, login)
  mkdirSync(home)
  const secrets: string[] = []
  const planted = (secret: string) => {
    secrets.push(secret)
    return secret
  }
  const variables = Object.fromEntries(
    Array.from({ length: VARIABLES }, () => [pick(NAMES)(), planted(value())]),
  )
  const known = Object.values(variables)
  const tag = (name: string) => `${name}:${planted(shaped())}`
  const text = (mark: string, at: number) => {
    const written = [
      () => `with ${pick(known)} of ${home}/models`,
      () => `with ${planted(shaped())}`,
      () => `with password=${planted(some(12))}1a`,
      () => `with {"client_secret":"${planted(some(14))}"}`,
      () => `with Bearer ${planted(`${some(20)}7`)}`,
      () => `with ${Buffer.from(`user:${pick(known)}`).toString('base64')}`,
      () => `with file://${home}/a?access_token=${planted(some(16))}3`,
    ]
    return `${mark} ${(written[at % written.length] as () => string)()}`
  }
  const texts = (mark: string, count: number) =>
    Array.from({ length: count }, (_, at) => text(`${mark}-${at}`, at))
  const folder = path.join(home, `nodes-${planted(shaped())}`)
  mkdirSync(folder)
  const file = path.join(folder, 'module.cjs')
  writeFileSync(file, moduleText(known[0] ?? '', planted(shaped()), known[1] ?? ''))
  const plan = path.join(home, 'plan.json')
  const names = texts('named', 14)
  const errors = texts('failed', 14)
  const lines = texts('said', 14)
  const queries = Array.from(
    { length: 4 },
    (_, at) => `/asked-${at}?token=${planted(some(16))}9&file=${home}/b`,
  )
  const env = {
    ...variables,
    HOME: home,
    USER: login,
    LOGNAME: login,
    DD_TAGS: `${tag('one')},home:${home}/models`,
    DD_TRACE_TAGS: `${tag('two')},my_password:${planted(some(12))}`,
    OTEL_RESOURCE_ATTRIBUTES: `three=${planted(shaped())}`,
    DD_SERVICE: 'studio-of-a-test',
    DD_TRACE_STATS_COMPUTATION_ENABLED: 'true',
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'true',
    DD_PROFILING_UPLOAD_PERIOD: '1',
    STUDIO_HEAP_LIMIT: '128MiB',
    INDISCREET_PLAN: plan,
  }
  while (secrets.length < 100) lines.push(`said-more with ${planted(shaped())}`)
  writeFileSync(plan, JSON.stringify({ names, errors, lines, resources: queries, module: file }))
  return {
    secrets,
    identity: [login, home, host ?? os.hostname()].filter((name) => name.length >= MIN_NAME_LENGTH),
    home,
    entry: backend,
    env,
    marks: [...names, ...errors].map((one) => one.slice(0, one.indexOf(' '))),
  }
}

/** Functions whose names are secrets: one holds memory, one computes. */
function moduleText(holder: string, computer: string, known: string): string {
  return `const held = []
function ${holder}() {
  for (let at = 0; at < 400; at++) held.push(new Array(2_000).fill(at))
}
function ${known}() {
  return ${computer}(22)
}
function ${computer}(n) {
  return n < 2 ? n : ${computer}(n - 1) + ${computer}(n - 2)
}
module.exports = { keep: ${holder}, compute: ${known} }
`
}
