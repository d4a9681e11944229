import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { traceEngine } from './python-tracer'

const engine = { cwd: null, environment: {}, launcher: null, offBecause: null }

describe('an engine that is not traced by us', () => {
  it.each([
    ['ddtrace-run', 'python', 'main.py'],
    ['uv', 'run', 'ddtrace-run', 'python', 'main.py'],
    ['python', '-m', 'ddtrace.commands.ddtrace_run', 'python', 'main.py'],
    ['C:\\venv\\Scripts\\ddtrace-run.exe', 'python', 'main.py'],
  ])('a command that brings ddtrace-run itself is left alone: %s', async (...command) => {
    const traced = await traceEngine({ ...engine, command })
    expect(traced).toMatchObject({ command, environment: {} })
    expect(traced.words).toMatch(/traced: the command runs ddtrace-run itself/)
  })

  it('says why a program that is no Python is not traced', async () => {
    const traced = await traceEngine({ ...engine, command: ['./start.sh', '--fast'] })
    expect(traced.command).toEqual(['./start.sh', '--fast'])
    expect(traced.words).toBe(
      'its Python is not traced: ./start.sh is no Python that could be asked for ddtrace; put ddtrace-run into its command',
    )
  })

  it('does not ask where tracing is switched off', async () => {
    const environment = { DD_TRACE_ENABLED: 'false' }
    const traced = await traceEngine({ ...engine, environment, command: ['python3', 'main.py'] })
    expect(traced.words).toContain('DD_TRACE_ENABLED is false')
  })

  it('has a tracer that the program brings itself send nothing where nothing may leave', async () => {
    const offBecause = 'nothing leaves this machine'
    for (const command of [
      ['ddtrace-run', 'python3', 'main.py'],
      ['python3', 'main.py'],
    ]) {
      const traced = await traceEngine({ ...engine, command, offBecause })
      expect(traced).toMatchObject({
        command,
        maySend: false,
        words: `its Python is not traced: ${offBecause}`,
      })
      expect(traced.environment).toMatchObject({
        DD_TRACE_ENABLED: 'false',
        DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
        DD_REMOTE_CONFIGURATION_ENABLED: 'false',
        DD_RUNTIME_METRICS_ENABLED: 'false',
        DD_PROFILING_ENABLED: 'false',
      })
    }
  })

  it('runs the engine untraced when its Python cannot be asked', async () => {
    const traced = await traceEngine({ ...engine, command: ['/nowhere/python3', 'main.py'] })
    expect(traced.command).toEqual(['/nowhere/python3', 'main.py'])
    expect(traced.words).toMatch(/could not be asked for ddtrace: spawn \/nowhere\/python3 ENOENT/)
  })
})

describe.skipIf(process.platform === 'win32')('what is asked, and what is made of the answer', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'python-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** A program that writes down how it was started, and does as the lines of shell say. */
  function program(name: string, ...lines: string[]): string {
    const file = path.join(folder, 'bin', name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, ['#!/bin/sh', `echo "$1 $2 $3" > ${path.join(folder, 'asked')}`, ...lines].join('\n'))
    chmodSync(file, 0o700)
    return file
  }
  const answer = (bootstrap: string | null, ignores: boolean, isOld = false) =>
    `echo 'studio:${JSON.stringify({ bootstrap, ignores, isOld })}'`
  const environment = { PATH: process.env.PATH ?? '', PYTHONPATH: '/user' }

  it('the start-up code of ddtrace comes first on the path, and the command stays as it is', async () => {
    const command = [program('python3', answer('/site/ddtrace/bootstrap', false)), '-s', 'main.py']
    const traced = await traceEngine({ ...engine, environment, command })
    expect(traced).toEqual({
      command,
      environment: { ...environment, PYTHONPATH: `/site/ddtrace/bootstrap${path.delimiter}/user` },
      maySend: true,
      words: 'its Python is traced by ddtrace',
    })
  })

  it('the Python behind a wrapper is asked through the wrapper, whatever that prints', async () => {
    const wrapper = program('uv', 'echo Installed 3 packages', answer('/site/ddtrace/bootstrap', false))
    const traced = await traceEngine({
      ...engine,
      environment,
      command: [wrapper, 'run', 'python', 'main.py'],
    })
    expect(traced.words).toBe('its Python is traced by ddtrace')
  })

  it('a Python that ignores PYTHONPATH is not said to be traced', async () => {
    const command = [program('python3', answer('/site/ddtrace/bootstrap', true)), '-E', 'main.py']
    const traced = await traceEngine({ ...engine, environment, command })
    expect(traced.environment).toBe(environment)
    expect(traced.words).toMatch(/not traced: it ignores PYTHONPATH/)
  })

  describe('a Python that ignores PYTHONPATH, beside the probe', () => {
    const launcher = '/data/engine-probe/launcher.py'
    const launch = (python: string, ...rest: string[]) =>
      traceEngine({ ...engine, environment, launcher, command: [python, ...rest] })

    it('is started with the launcher, which brings ddtrace', async () => {
      const python = program('python3', answer('/site/ddtrace/bootstrap', true))
      expect(await launch(python, '-E', '-X', 'dev', 'main.py', '--cpu')).toEqual({
        command: [python, '-E', '-X', 'dev', launcher, 'main.py', '--cpu'],
        environment: { ...environment, STUDIO_PROBE_DDTRACE: '/site/ddtrace/bootstrap' },
        maySend: true,
        words: 'its Python is traced by ddtrace',
      })
    })

    it('is started with the launcher also where there is no ddtrace, or none is wanted', async () => {
      const python = program('python3', answer(null, true))
      const without = await launch(python, 'main.py')
      expect(without.command).toEqual([python, launcher, 'main.py'])
      expect(without.environment).toBe(environment)
      expect(without.words).toMatch(/not traced: it has no ddtrace/)
      const off = { ...environment, DD_TRACE_ENABLED: 'false' }
      const command = [program('python3', answer('/site/ddtrace/bootstrap', true)), 'main.py']
      const untraced = await traceEngine({ ...engine, environment: off, launcher, command })
      expect(untraced).toEqual({
        command: [command[0], launcher, 'main.py'],
        environment: off,
        maySend: false,
        words: 'its Python is not traced: DD_TRACE_ENABLED is false',
      })
    })

    it.each([
      ['runs a module', false, ['-m', 'studio']],
      ['runs code', false, ['-c', 'import main']],
      ['is older than 3.9', true, ['main.py']],
    ])('is left alone where it %s', async (_, isOld, rest) => {
      const python = program('python3', answer('/site/ddtrace/bootstrap', true, isOld))
      const left = await launch(python, ...rest)
      expect(left.command).toEqual([python, ...rest])
      expect(left.words).toMatch(/not traced: it ignores PYTHONPATH/)
    })
  })

  it('a Python that fails says why itself', async () => {
    const command = [program('python3', 'echo first >&2', 'echo "bad interpreter" >&2', 'exit 1'), 'main.py']
    const traced = await traceEngine({ ...engine, environment, command })
    expect(traced.words).toBe('its Python is not traced: it could not be asked for ddtrace: bad interpreter')
  })
})
