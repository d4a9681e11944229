import { GITLEAKS_RULES } from './gitleaks-rules'
import { looksRandom } from './secret-values'
import type { Find, Trigger } from './triggers'

type Rule = readonly [beginnings: string, source: string, flags: string]

/**
 * Shapes that gitleaks lacks, or knows in one length alone: keys change theirs, and a log cuts them off. `r` is for what must look random
 * too, as an ordinary name may begin like it.
 */
const OWN_RULES: readonly Rule[] = [
  ['ghp_ gho_ ghu_ ghs_ ghr_', String.raw`(?<!\w)gh[pousr]_\w{20,}`, ''],
  ['github_pat_', String.raw`(?<!\w)github_pat_\w{20,}`, ''],
  ['glpat- gldt- glrt-', String.raw`(?<!\w)gl(?:pat|dt|rt)-[\w-]{16,}`, ''],
  ['hf_ api_org_ r8_', '(?<![A-Za-z0-9])(?:hf|api_org|r8)_[A-Za-z0-9]{20,}', ''],
  ['sk-', String.raw`(?<![\w-])sk-[\w-]{20,}`, 'r'],
  ['sk-ant- sk-proj- sk-or-', String.raw`(?<![\w-])sk-(?:ant|proj|or)-[\w-]{12,}`, ''],
  ['xox', String.raw`(?<!\w)xox[abeoprs]-[\w-]{10,}`, ''],
  ['npm_', '(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,}', ''],
  ['pypi-', String.raw`(?<!\w)pypi-[\w-]{40,}`, ''],
  ['aiza', String.raw`(?<!\w)AIza[\w-]{30,}`, ''],
  ['ya29.', String.raw`(?<!\w)ya29\.[\w-]{20,}`, ''],
  ['akia asia abia acca', '(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}', ''],
  ['ddapp_ ddpat_ ddask_', String.raw`(?<!\w)dd(?:app|pat|ask)_\w{20,}`, ''],
  // JSON Web Tokens, signed and encrypted.
  ['eyj', String.raw`(?<![\w-])eyJ[\w-]{8,4096}\.[\w-]{8,4096}(?:\.[\w-]{0,4096}){0,3}`, ''],
  ['discord', String.raw`discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/\d{5,25}/[\w-]{10,}`, 'i'],
  [':aa', String.raw`(?<=\d{6}):AA[\w-]{30,}`, ''],
]

/** The rest of a key where it is longer than its rule says. */
const REST = /[\w-]*/y

let triggers: readonly Trigger[] | null = null

/** Triggers for all secrets that a shape of their own gives away. A hash, a commit and a UUID have none, and stay. */
export function shapeTriggers(): readonly Trigger[] {
  triggers ??= makeTriggers()
  return triggers
}

function makeTriggers(): Trigger[] {
  return [...OWN_RULES, ...GITLEAKS_RULES].flatMap(([beginnings, source, flags]) => {
    const find = finder(source, flags)
    return beginnings
      .split(' ')
      .map((beginning): Trigger => ({ beginning, isExact: false, kind: 'shape', find }))
  })
}

function finder(source: string, flags: string): Find {
  // Made when it is first needed: most never are, and a start would wait for them.
  let shape: RegExp | null = null
  return (text, at, found) => {
    shape ??= new RegExp(source, flags.includes('i') ? 'iy' : 'y')
    shape.lastIndex = at
    const match = shape.exec(text)?.[0]
    if (match === undefined) return at
    if (flags.includes('d') && !/\d/.test(match)) return at
    if (flags.includes('r') && !looksRandom(match.slice(3), 16)) return at
    REST.lastIndex = at + match.length
    const end = at + match.length + (REST.exec(text)?.[0].length ?? 0)
    found.add(at, end)
    return end
  }
}
