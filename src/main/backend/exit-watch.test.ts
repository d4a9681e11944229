import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import type { MessagePortMain, UtilityProcess } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { ExitWatch } from './exit-watch'

const { app } = vi.hoisted(() => {
  const { EventEmitter: Emitter } = require('node:events') as typeof import('node:events')
  return { app: new Emitter() }
})
vi.mock('electron', () => ({ app }))

const MARKER = '0a1b2c3d-4e5f'
const OWN = `studio-backend-${MARKER}`

/** A utility process as far as its end is concerned: events, and a stderr. */
class FakeChild extends EventEmitter {
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()
  pid = 4_194_304_000
}

function watch() {
  const child = new FakeChild()
  const port = new EventEmitter()
  const output: string[] = []
  const exit = new ExitWatch({
    child: child as unknown as UtilityProcess,
    port: port as unknown as MessagePortMain,
    marker: MARKER,
    onOutput: (stream, chunk) => void output.push(`${stream}: ${chunk}`),
    now: () => performance.now(),
  })
  const gone = (name: string) =>
    app.emit('child-process-gone', {}, { name, reason: 'crashed', exitCode: 6, type: 'Utility' })
  return { child, port, exit, gone, output }
}

describe('the end of an engine that its runner outlives', () => {
  it('leaves nothing on the process, however many engines it runs', async () => {
    const { child, port, exit, gone } = watch()
    const listeners = () => [
      ...['error', 'spawn', 'exit'].map((event) => child.listenerCount(event)),
      port.listenerCount('close'),
      app.listenerCount('child-process-gone'),
    ]
    expect(listeners().every((count) => count > 0)).toBe(true)
    exit.engineEnded(9)
    expect(await exit.settled).toMatchObject({ exitCode: 9 })
    expect(listeners()).toEqual([0, 0, 0, 0, 0])
    gone(OWN)
  })
})

describe('the end of a backend', () => {
  it('is settled with all that came around it, in any order', async () => {
    const { child, port, exit, gone } = watch()
    child.stderr.write('FATAL ERROR: Reached heap limit')
    await vi.waitFor(() => expect(child.stderr.readableLength).toBe(0))
    gone(OWN)
    child.emit('exit', 6)
    port.emit('close')
    child.stderr.end()
    expect(await exit.settled).toMatchObject({
      exitCode: 6,
      gone: { reason: 'crashed', exitCode: 6 },
      stderrTail: 'FATAL ERROR: Reached heap limit',
      intent: null,
    })
  })

  it('has last words that come late, once the output has ended', async () => {
    const { child, exit } = watch()
    child.emit('exit', 6)
    expect((await exit.settled).stderrTail).toBe('')
    child.stdout.end()
    child.stderr.end('FATAL ERROR: late')
    await exit.outputEnded
    expect(exit.stderrTail).toBe('FATAL ERROR: late')
  })

  it('has the last words of a process that died while main was busy', async () => {
    const { child, exit } = watch()
    child.emit('exit', 6)
    await new Promise((resolve) => setImmediate(resolve))
    for (const until = performance.now() + 200; performance.now() < until; );
    setImmediate(() => child.stderr.end('FATAL ERROR: Reached heap limit'))
    expect(await exit.settled).toMatchObject({ stderrTail: 'FATAL ERROR: Reached heap limit' })
  })

  it('has what comes after the exit, where Electron takes all listeners off the streams', async () => {
    const { child, exit, output } = watch()
    child.stderr.write('first words\n')
    await vi.waitFor(() => expect(output).toHaveLength(1))
    child.emit('exit', 9)
    // Electron's own `exit` does this, right after its listeners.
    for (const stream of [child.stdout, child.stderr]) stream.removeAllListeners()
    setTimeout(() => {
      child.stdout.end('last line\n')
      child.stderr.end('last words\n')
    }, 20)
    expect(await exit.settled).toMatchObject({ stderrTail: 'first words\nlast words\n' })
    expect(output).toEqual(['stderr: first words\n', 'stdout: last line\n', 'stderr: last words\n'])
  })

  it('survives the error event that Electron emits before some exits', async () => {
    const { child, exit } = watch()
    child.emit('error', 'FatalError', 'v8.cc:1', 'report')
    child.emit('exit', 6)
    expect(await exit.settled).toMatchObject({ exitCode: 6, fatalError: 'FatalError at v8.cc:1' })
  })

  it('survives a stderr that cannot be read', async () => {
    const { child, exit } = watch()
    child.stderr.on('error', () => {})
    child.stderr.destroy(new Error('EIO'))
    child.emit('exit', 1)
    expect(await exit.settled).toMatchObject({ exitCode: 1 })
  })

  it('is not mixed up with another process, and leaves no listener behind', async () => {
    const { child, exit, gone } = watch()
    gone('studio-backend-another')
    child.emit('exit', 7)
    expect(await exit.settled).toMatchObject({ exitCode: 7, gone: null })
    expect(app.listenerCount('child-process-gone')).toBe(0)
  })

  it('is no end that was asked for when it was asked for only after it', async () => {
    const { child, exit, gone } = watch()
    gone(OWN)
    child.emit('exit', 6)
    exit.intent = 'stop'
    expect(await exit.settled).toMatchObject({ intent: null })
  })

  it('waits a moment for our own wish when a signal may have gone to the whole group', async () => {
    const { child, exit } = watch()
    app.emit('child-process-gone', {}, { name: OWN, reason: 'killed', exitCode: 15 })
    child.emit('exit', 15)
    setTimeout(() => {
      exit.intent = 'stop'
    }, 200)
    expect(await exit.settled).toMatchObject({ intent: 'stop' })
  })
})
