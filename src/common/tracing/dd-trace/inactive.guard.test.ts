import { describe, expect, it } from 'vitest'
import { runProgram } from '../../../../testing/program/program'

/** The reason that a process with such an environment gives for its tracer, and the spans that it has of it later. */
async function started(env: Readonly<Record<string, string>>) {
  const program = `
    import { startTracer } from '../tracer'
    const { tracer, failure, inactive } = startTracer('main')
    const traces = tracer._tracer._exporter !== undefined
    const otel = Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_'))
    console.log(JSON.stringify({ failure, inactive, traces, otel: Object.fromEntries(otel) }))
    process.exit()`
  const { stdout } = await runProgram(program, {
    from: __dirname,
    env: { DD_TRACE_AGENT_URL: 'http://127.0.0.1:9', DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false', ...env },
  })
  return JSON.parse(stdout)
}

// Each starts a process of its own with all of dd-trace.
describe('after dd-trace’s init', { timeout: 30_000 }, () => {
  it('there is a tracer, and nothing is said', async () => {
    expect(await started({})).toEqual({ failure: null, inactive: null, traces: true, otel: {} })
  })

  it('there is one whatever OpenTelemetry of other programs is set to, which they still find', async () => {
    const otel = { OTEL_TRACES_EXPORTER: 'none', OTEL_SDK_DISABLED: 'true', OTEL_METRICS_EXPORTER: 'otlp' }
    expect(await started(otel)).toEqual({ failure: null, inactive: null, traces: true, otel })
  })

  it.each([
    ['DD_TRACE_ENABLED', 'false'],
    ['DD_TRACE_ENABLED', '0'],
  ])('without one the variable is named: %s', async (name, value) => {
    expect(await started({ [name]: value })).toMatchObject({ inactive: `${name}=${value}`, traces: false })
  })

  it.each([
    ['DD_TRACE_EXPERIMENTAL_EXPORTER', 'log'],
    ['AWS_LAMBDA_FUNCTION_NAME', 'studio'],
  ])('one that only prints its spans is none: %s', async (name, value) => {
    expect((await started({ [name]: value })).inactive).toBe(`${name}=${value}`)
  })

  it('without one the variable is named, where a DD_* asks for OpenTelemetry', async () => {
    const { inactive, traces } = await started({
      DD_TRACE_OTEL_ENABLED: 'true',
      OTEL_SDK_DISABLED: 'true',
      DD_TRACE_ENABLED: 'false',
    })
    expect([inactive, traces]).toEqual(['DD_TRACE_ENABLED=false', false])
  })
})
