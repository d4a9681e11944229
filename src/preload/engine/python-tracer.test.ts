import { describe, expect, it } from 'vitest'
import { isPython, traceEngine } from './python-tracer'

const engine = { cwd: null, environment: {}, platform: 'linux' } as const

describe('which Python is traced', () => {
  it.each([
    'python',
    'python3',
    'python3.12',
    '/opt/venv/bin/python3',
    'C:\\Studio\\python_embeded\\python.exe',
    'pythonw.exe',
    'py',
  ])('%s is a Python', (program) => {
    expect(isPython(program)).toBe(true)
  })

  it.each(['uv', './start.sh', '/usr/bin/python3-config', 'ipython-start', 'happy', 'python.sh'])(
    '%s is none',
    (program) => {
      expect(isPython(program)).toBe(false)
    },
  )

  it.each([
    ['ddtrace-run', 'python', 'main.py'],
    ['python', '-m', 'ddtrace.commands.ddtrace_run', 'python', 'main.py'],
    ['C:\\venv\\Scripts\\ddtrace-run.exe', 'python', 'main.py'],
  ])('a command that brings ddtrace-run itself is left alone: %s', async (...command) => {
    const traced = await traceEngine({ ...engine, command })
    expect(traced.command).toEqual(command)
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

  it('runs the engine untraced when its Python cannot be asked', async () => {
    const traced = await traceEngine({ ...engine, command: ['/nowhere/python3', 'main.py'] })
    expect(traced.command).toEqual(['/nowhere/python3', 'main.py'])
    expect(traced.words).toMatch(/could not be asked for ddtrace: spawn \/nowhere\/python3 ENOENT/)
  })
})
