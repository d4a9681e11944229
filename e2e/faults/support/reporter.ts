import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter'
import { isLongForm } from '../../../testing/form/form'
import { FIGURE, ROW } from './fault'
import { faultTables, type Outcome, rowsOf, withFigures, withTables } from './table'

/**
 * Failures that are not retried: a machine that is too slow once may have a second try; a lost record may
 * not.
 */
const LOSS = /is lost|is there twice|jobs with two records/

const DOCUMENT = path.join(__dirname, '../../../docs/reliability.md')

/**
 * Writes docs/reliability.md from the faults and their results. `STUDIO_FAULTS_DOCUMENT` is the mode: `write`
 * all; `renew` the figures of the faults that were tested; or `check` that its rows match the faults.
 */
export default class FaultReporter implements Reporter {
  readonly #figures = new Map<string, string>()
  #tests: readonly TestCase[] = []
  #failed = 0
  #lost = 0
  #startedAt = 0

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#tests = suite.allTests()
    this.#startedAt = performance.now()
  }

  onTestEnd(test: TestCase, { status, annotations, errors }: TestResult): void {
    const figure = annotations.find(({ type }) => type === FIGURE)?.description
    if (figure) process.stdout.write(`      ${figure}\n`)
    if (status === 'passed' && figure) this.#figures.set(test.id, figure)
    else if (status === 'skipped') this.#figures.set(test.id, skipReason(annotations))
    else this.#failed += 1
    for (const { message } of errors) if (message) process.stdout.write(`${message}\n`)
    if (errors.some(({ message = '' }) => LOSS.test(message))) this.#lost += 1
  }

  /** Returns the status, the only thing that Playwright's exit code follows. */
  async onEnd(): Promise<{ status: FullResult['status'] } | undefined> {
    const what = process.env.STUDIO_FAULTS_DOCUMENT
    if (what === 'check') return this.#check() ? undefined : { status: 'failed' }
    if (what === 'write')
      this.#write((document) => withTables(document, faultTables(this.#outcomes(), this.#about())))
    if (what === 'renew') {
      const tried = this.#outcomes().filter(({ figure }) => figure !== null)
      this.#write((document) => withFigures(document, tried, this.#about()))
    }
    return this.#lost > 0 ? { status: 'failed' } : undefined
  }

  #write(renewed: (document: string) => string): void {
    if (this.#failed > 0) {
      process.stdout.write('Some faults did harm: docs/reliability.md is left as it is.\n')
      return
    }
    writeFileSync(DOCUMENT, renewed(readFileSync(DOCUMENT, 'utf8')))
  }

  #outcomes(): Outcome[] {
    return this.#tests.flatMap((test) => {
      const row = test.annotations.find(({ type }) => type === ROW)?.description
      return row === undefined ? [] : [{ ...JSON.parse(row), figure: this.#figures.get(test.id) ?? null }]
    })
  }

  #about(): string {
    const minutes = Math.round((performance.now() - this.#startedAt) / 60_000)
    const form = isLongForm() ? 'the long form' : 'the short form'
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
    return (
      `${new Date().toISOString().slice(0, 10)}, ${form}, ${this.#figures.size} faults in ${minutes} minutes; ` +
      `after commit ${commit}, ${os.type()} ${os.arch()}, ${os.availableParallelism()} processors.`
    )
  }

  #check(): boolean {
    const tables = withTables(readFileSync(DOCUMENT, 'utf8'), faultTables(this.#outcomes(), ''))
    const [written, wanted] = [rowsOf(readFileSync(DOCUMENT, 'utf8')), rowsOf(tables)]
    if (JSON.stringify(written) === JSON.stringify(wanted)) return true
    const missing = wanted.filter((row) => !written.includes(row))
    const [first = 'a row too many'] = missing
    process.stderr.write(
      `docs/reliability.md does not show the faults that are tried (${first}); npm run test:faults -- --write renews it\n`,
    )
    return false
  }
}

function skipReason(annotations: TestResult['annotations']): string {
  return `not here: ${annotations.find(({ type }) => type === 'skip')?.description ?? 'skipped'}`
}
