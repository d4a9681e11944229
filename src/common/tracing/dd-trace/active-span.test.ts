import { expect, it } from 'vitest'
import { runProgram } from '../../../../testing/program/program'

it('without dd-trace’s storage says so once; jobs are followed all the same', async () => {
  const program = `
    import { tracingChannel } from 'node:diagnostics_channel'
    import { trackJobs } from '../../../preload/jobs/job-channel'

    const messages: unknown[] = []
    const context = () => ({ toTraceId: () => '1', toSpanId: () => '2' })
    const span = { context, setTag() {}, finish() {} }
    const tracer = { scope: () => ({ active: () => null }), startSpan: () => span }
    trackJobs({ tracer: tracer as never, port: { send: (message) => messages.push(message) }, now: () => 0 })
    const channel = tracingChannel<string, object>('studio.job')
    channel.traceSync(() => {}, { id: 'a' })
    channel.traceSync(() => {}, { id: 'b' })
    console.log(JSON.stringify(messages))`
  const { code, stdout, stderr } = await runProgram(program, { from: __dirname, tracer: false })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const [warning, ...jobs] = JSON.parse(stdout) as { type: string; message?: string }[]
  expect(warning?.message).toMatch(/^spans inside a job are not attached to it: Cannot find module 'dd-trace/)
  expect(jobs.map(({ type }) => type)).toEqual(['job-started', 'job-ended', 'job-started', 'job-ended'])
})
