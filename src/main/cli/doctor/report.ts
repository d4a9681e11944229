import { scrub } from '../../../common/privacy/scrubber'
import { type Paint, terminalText } from '../terminal-text'
import { type CheckedFinding, type CheckState, STATES } from './check'

const STATE_WIDTH = Math.max(...STATES.map((state) => state.length))

/** Formats one check: its line, its facts, and what to do next. */
export function findingText({ check, state, summary, details, next }: CheckedFinding, paint: Paint): string {
  const indent = ' '.repeat(STATE_WIDTH + 2)
  const label = state.padEnd(STATE_WIDTH)
  const lines = [
    `${state === 'ok' ? label : paint.bold(label)}  ${check}: ${shown(summary)}`,
    ...details.map((detail) => paint.grey(`${indent}  ${shown(detail)}`)),
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
    checks: findings.map(({ check, state, summary, details, next }) => ({
      check,
      state,
      summary: scrub(summary),
      details: details.map(scrub),
      next: next === null ? null : scrub(next),
    })),
  }
}

export function worst(findings: readonly CheckedFinding[]): CheckState {
  return STATES.findLast((state) => findings.some((finding) => finding.state === state)) ?? 'ok'
}

/** Scrubs a text: people send the report to others, so it holds no secret and no home folder. */
function shown(text: string): string {
  return terminalText(scrub(text))
}
