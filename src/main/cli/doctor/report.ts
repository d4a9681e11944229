import { scrub } from '../../../common/privacy/scrubber'
import { type Paint, terminalText } from '../terminal-text'
import { type CheckedFinding, type CheckState, STATES } from './check'

const STATE_WIDTH = Math.max(...STATES.map((state) => state.length))

/** The line of a check that has begun, without its end. */
export function checkingText(check: string, paint: Paint): string {
  return paint.grey(`${' '.repeat(STATE_WIDTH + 2)}checking ${check}`)
}

/** Formats one check: its line, its facts, and what to do next. */
export function findingText(
  { check, state, summary, details, usual = [], next }: CheckedFinding,
  paint: Paint,
  isVerbose: boolean,
): string {
  const indent = ' '.repeat(STATE_WIDTH + 2)
  const label = state.padEnd(STATE_WIDTH)
  const lines = [
    `${state === 'ok' ? label : paint.bold(label)}  ${check}: ${shown(summary)}`,
    ...[...details, ...(isVerbose ? usual : [])].map((detail) => paint.grey(`${indent}  ${shown(detail)}`)),
    ...(next === null ? [] : [`${indent}-> ${shown(next)}`]),
  ]
  return `${lines.join('\n')}\n`
}

/** The final line with the overall result. */
export function verdictText(findings: readonly CheckedFinding[]): string {
  const [warnings, problems] = (['warning', 'problem'] as const).map(
    (state) => findings.filter((finding) => finding.state === state).length,
  )
  const of = (count = 0, what: string) => `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`
  return `\n${of(problems, 'problem')}, ${of(warnings, 'warning')}.\n`
}

/** The findings as JSON, for scripts. */
export function findingsJson(findings: readonly CheckedFinding[]) {
  return {
    state: worst(findings),
    checks: findings.map(({ check, state, summary, details, usual = [], next }) => ({
      check,
      state,
      summary: scrub(summary),
      details: [...details, ...usual].map(scrub),
      next: next === null ? null : scrub(next),
    })),
  }
}

/** The findings that a person has to do something about, the worst last: there they are looked for. */
export function toBeMended(findings: readonly CheckedFinding[]): readonly CheckedFinding[] {
  return STATES.slice(1).flatMap((state) => findings.filter((finding) => finding.state === state))
}

export function worst(findings: readonly CheckedFinding[]): CheckState {
  return STATES.findLast((state) => findings.some((finding) => finding.state === state)) ?? 'ok'
}

/** Scrubs a text: people send the report to others, so it holds no secret and no home folder. */
function shown(text: string): string {
  return terminalText(scrub(text))
}
