import { errorMessage } from '../../../common/storage/errors'
import { type Check, type CheckedFinding, type Finding, problem } from './check'

interface CheckListener {
  /** Called with the name of a check that begins. */
  readonly onBegin?: (name: string) => void
  readonly onFinding?: (finding: CheckedFinding) => void
}

/**
 * Runs the checks one after the other. Never rejects: one that throws, or takes too long, becomes a problem.
 * @param deadlineMs for each check, in milliseconds
 */
export async function runChecks(
  checks: readonly Check[],
  deadlineMs: number,
  { onBegin, onFinding }: CheckListener = {},
): Promise<readonly CheckedFinding[]> {
  const findings: CheckedFinding[] = []
  for (const { name, run } of checks) {
    onBegin?.(name)
    const finding = { check: name, ...(await attempt(run, deadlineMs)) }
    findings.push(finding)
    onFinding?.(finding)
  }
  return findings
}

async function attempt(run: Check['run'], deadlineMs: number): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(
      () =>
        resolve(
          problem(`no result within ${deadlineMs / 1_000} s`, 'try again when the machine has less to do'),
        ),
      deadlineMs,
    )
  })
  try {
    return await Promise.race([run(), late])
  } catch (error) {
    return problem(`could not be checked: ${errorMessage(error)}`, 'this should not happen: please report it')
  } finally {
    clearTimeout(timer)
  }
}
