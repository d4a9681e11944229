import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { isLongForm } from '../../../testing/form/form'

const PROBE = path.join(__dirname, 'probe')
const TESTS = path.join(__dirname, 'probe-tests')
/** Some tests hold the engine for seconds; four of them run at a time. In milliseconds. */
const SUITE_MS = 10 * 60_000

interface Python {
  readonly version: string
  readonly program: string
}

/** Every Python of this machine, one of each minor version: those on the PATH and those that pyenv has. */
function pythons(): Python[] {
  const found = new Map<string, Python>()
  for (const program of candidates()) {
    try {
      const [version = '', executable = ''] = execFileSync(
        program,
        ['-c', 'import sys; print(".".join(map(str, sys.version_info[:2]))); print(sys.executable)'],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 },
      ).split('\n')
      if (!found.has(version)) found.set(version, { version, program: executable || program })
    } catch {
      // A name that leads to no Python: a shim of pyenv's for one that is not active.
    }
  }
  return [...found.values()]
}

function candidates(): string[] {
  const minors = ['7', '8', '9', '10', '11', '12', '13', '14'].map((minor) => `python3.${minor}`)
  const versions = path.join(process.env.PYENV_ROOT ?? path.join(os.homedir(), '.pyenv'), 'versions')
  const pyenv = existsSync(versions)
    ? readdirSync(versions).map((name) => path.join(versions, name, 'bin/python'))
    : []
  return [...pyenv.filter((program) => existsSync(program)), 'python3', ...minors]
}

const minorOf = ({ version }: Python) => Number(version.split('.')[1])
const isOld = ({ version }: Python) => Number(version.split('.')[0]) < 3 || Number(version.split('.')[1]) < 9
const all = process.platform === 'win32' ? [] : pythons()
const current = all.filter((python) => !isOld(python))
const old = all.filter((python) => isOld(python))
const byAge = current.toSorted((one, other) => minorOf(one) - minorOf(other))

/** The oldest has its own ways to names and lines, which jobs and memory are told by. */
const OLDEST = ['test_jobs', 'test_memory']
/** Between the two, what breaks with a version at all: how it gets in, and each kind of hook. */
const BETWEEN = ['test_the_engine_says_who_it_is', 'test_a_job_is_told', 'test_an_error_is_told']

/** Words in the names of the tests that run on a Python; none for all of them. Each is an engine of its own. */
function testsFor({ program }: Python): readonly string[] {
  if (isLongForm() || program === byAge.at(-1)?.program) return []
  return program === byAge.at(0)?.program ? OLDEST : BETWEEN
}

describe.skipIf(process.platform === 'win32')('the probe inside the engine', () => {
  it.skipIf(current.length > 0)('did not run: needs Python 3.9 or newer on the PATH', () => {
    if (process.env.CI) throw new Error('there is no Python 3.9 or newer on the PATH')
  })

  it.concurrent.each(current)(
    'passes its own tests on Python $version',
    async (python) => {
      const args = [TESTS, ...testsFor(python)]
      const { stdout } = await promisify(execFile)(python.program, args, { timeout: SUITE_MS }).catch(
        (error: Error & { stdout?: string }) => ({ stdout: error.stdout || error.message }),
      )
      expect(stdout).toMatch(/^[1-9]\d* passed, 0 failed$/m)
    },
    SUITE_MS,
  )

  const folder = mkdtempSync(path.join(os.tmpdir(), 'engine-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  it.each(old)('says in one line that Python $version runs without it', async ({ program }) => {
    const engine = path.join(folder, path.basename(path.dirname(path.dirname(program))))
    mkdirSync(engine)
    for (const name of ['main', 'execution', 'server', 'nodes']) {
      writeFileSync(path.join(engine, `${name}.py`), 'print("runs")')
    }
    const env = { PATH: process.env.PATH, PYTHONPATH: PROBE, STUDIO_PROBE_SOCKET: '/nowhere' }
    const run = (script: string) =>
      promisify(execFile)(program, [script], { cwd: engine, env: { ...env, PYTHONDONTWRITEBYTECODE: '1' } })
    const { stdout, stderr } = await run('main.py')
    expect(stdout).toBe('runs\n')
    expect(stderr).toMatch(
      /^studio-probe: Python \S+ is older than 3\.9: the engine runs without the probe\n$/,
    )
    // A program that the engine starts is not the engine.
    expect((await run('nodes.py')).stderr).toBe('')
  })
})
