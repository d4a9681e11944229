import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from '@playwright/test'
import { waitFor } from '../../testing/waiting/wait-for'
import { freePort } from './engine/free-port'

/** A bare machine gets it first, in milliseconds. */
const INSTALL_MS = 6 * 60_000

let python: string | null = null

/** For the tests of a file: Datadog's test agent is there, or each says why it did not run. In CI it has to be there. */
export function useTestAgent(): void {
  test.beforeEach(async () => {
    if (python !== null) return
    test.setTimeout(test.info().timeout + INSTALL_MS)
    // An ES module: Playwright makes CommonJS of the tests.
    const { installTestAgent } = await import('../test-agent/install.mjs')
    const found = await installTestAgent()
    if (found.ok) python = found.python
    else if (process.env.CI) throw new Error(`Datadog's test agent: ${found.reason}`)
    else test.skip(true, `did not run: Datadog's test agent cannot be installed: ${found.reason}`)
  })
}

interface Request {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Base64. */
  readonly body: string
}

/** A span as the test agent has read it. */
export interface CheckedSpan {
  readonly name: string
  readonly meta: Readonly<Record<string, string>>
}

type CheckResult = Readonly<Record<'Passed_Checks' | 'Failed_Checks' | 'Skipped_Checks', number>>

/** Datadog's test agent (`ddapm-test-agent`) with every check that it has. */
export class TestAgent {
  #stderr = ''

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly checks: readonly string[],
  ) {
    child.stderr?.on('data', (chunk) => {
      this.#stderr += chunk
    })
  }

  static async start(): Promise<TestAgent> {
    if (python === null) throw new Error('useTestAgent() was not called in this file')
    const checks = allChecks(python)
    const [port, otlpHttp, otlpGrpc] = [await freePort(), await freePort(), await freePort()]
    const child = spawn(
      python,
      [
        '-c',
        'from ddapm_test_agent.agent import main; main()',
        ...[
          '--port',
          String(port),
          '--otlp-http-port',
          String(otlpHttp),
          '--otlp-grpc-port',
          String(otlpGrpc),
        ],
        ...['--pool-trace-check-failures', 'true'],
      ],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        cwd: test.info().outputPath(),
        // Its own argument for them takes no list.
        env: { PATH: process.env.PATH, ENABLED_CHECKS: checks.join(',') },
      },
    )
    const agent = new TestAgent(child, `http://127.0.0.1:${port}`, checks)
    await waitFor(async () => (await fetch(`${agent.url}/info`).catch(() => null))?.ok, {
      what: () => `Datadog's test agent:\n${agent.#stderr}`,
    })
    return agent
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || !this.child.kill()) return
    await once(this.child, 'exit')
  }

  /** The faults that it finds, in its own words; empty without a fault. */
  async failures(): Promise<string> {
    const answer = await fetch(`${this.url}/test/trace_check/failures?return_all=true`)
    return answer.ok ? '' : answer.text()
  }

  async summary(): Promise<Readonly<Record<string, CheckResult>>> {
    return this.#get('/test/trace_check/summary?return_all=true')
  }

  async spans(): Promise<readonly CheckedSpan[]> {
    return (await this.#get<readonly (readonly CheckedSpan[])[]>('/test/session/traces')).flat()
  }

  requests(): Promise<readonly Request[]> {
    return this.#get('/test/session/requests')
  }

  async waitForSpan(matches: (span: CheckedSpan) => boolean): Promise<CheckedSpan> {
    let spans: readonly CheckedSpan[] = []
    return waitFor(
      async () => {
        spans = await this.spans()
        return spans.find(matches)
      },
      {
        what: () =>
          `a span to reach the test agent; there came ${[...new Set(spans.map(({ name }) => name))]}`,
        timeout: 45_000,
      },
    )
  }

  async waitForRequest(path: string): Promise<void> {
    await waitFor(async () => (await this.requests()).some(({ url }) => new URL(url).pathname === path), {
      what: `a request to ${path}`,
      timeout: 45_000,
    })
  }

  async #get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url}${path}`)
    if (!answer.ok)
      throw new Error(`the test agent answers ${path} with ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
}

/** The checks that the package itself knows: a check that a newer one has is on too. */
function allChecks(python: string): string[] {
  const program =
    'from ddapm_test_agent import trace_checks; from ddapm_test_agent.checks import Check; print(*(c.name for c in Check.__subclasses__()))'
  return execFileSync(python, ['-c', program], { encoding: 'utf8' }).trim().split(' ')
}
