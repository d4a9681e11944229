import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { withMarks } from '../../common/output/marks'
import { markConsole } from './console-marks'

const PREFIX = '\u001e0a1b2c3d'
const IDS = { traceId: 'a1', spanId: '2' }

/** A fake process for `console`: its streams are made when they are first asked for. */
function fakeProcess() {
  const written: string[] = []
  const made: string[] = []
  const process = {} as { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }
  for (const name of ['stdout', 'stderr'] as const) {
    let stream: Writable | undefined
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get() {
        if (!stream) made.push(name)
        stream ??= new Writable({
          decodeStrings: false,
          write: (chunk, _encoding, done) => {
            written.push(String(chunk))
            done()
          },
        })
        return stream
      },
    })
  }
  // Like Node's global console: it looks the streams up at each call.
  const console = new Proxy(new Console(new Writable()), {}) as Console
  const methods = ['log', 'info', 'debug', 'warn', 'error', 'assert', 'dir'] as const
  for (const name of methods) {
    console[name] = (...args: unknown[]) => {
      const own = new Console({ stdout: process.stdout, stderr: process.stderr })
      Reflect.apply(own[name] as (...args: unknown[]) => void, own, args)
    }
  }
  // Like Node's own.
  console.trace = (...args: unknown[]) => console.error('Trace:', ...args)
  return { process, console, written, made }
}

function marked() {
  const fake = fakeProcess()
  markConsole({ ...fake, prefix: PREFIX, ids: () => IDS })
  return fake
}

it.each([
  ['log', 'info'],
  ['info', 'info'],
  ['debug', 'debug'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['dir', 'info'],
] as const)('console.%s is marked as %s', (method, level) => {
  const { console, written } = marked()
  console[method]('one\ntwo')
  const text = method === 'dir' ? "'one\\ntwo'\n" : 'one\ntwo\n'
  expect(written).toEqual([withMarks(PREFIX, { level, ids: IDS }, text)])
})

it('what is no call of console stays as it is', () => {
  const { process, console, written } = marked()
  process.stdout.write('plain\n')
  process.stdout.write(Buffer.from('bytes'))
  console.log('x')
  process.stderr.write('after')
  expect(written).toEqual([
    'plain\n',
    'bytes',
    withMarks(PREFIX, { level: 'info', ids: IDS }, 'x\n'),
    'after',
  ])
})

it('a stream is not made before it is needed, and is the same one after', () => {
  const { process, console, made } = marked()
  expect(made).toEqual([])
  console.log('x')
  const { stdout } = process
  expect(process.stdout).toBe(stdout)
  expect(made).toEqual(['stdout', 'stderr'])
  stdout.write('y')
})

it('a backend that takes over process.stdout.write sees no marks', () => {
  const { process, console, written } = marked()
  const seen: unknown[] = []
  const { write } = process.stdout
  process.stdout.write = function (this: NodeJS.WriteStream, chunk: unknown, ...rest: never[]) {
    seen.push(chunk)
    return Reflect.apply(write, this, [`12:00 ${chunk}`, ...rest]) as boolean
  } as typeof write
  console.log('x')
  expect(seen).toEqual(['x\n'])
  expect(written).toEqual([withMarks(PREFIX, { level: 'info', ids: IDS }, '12:00 x\n')])
})

it('a call within a call is the outer one’s, and one that throws ends', () => {
  const { process, console, written } = marked()
  console.trace('here')
  expect(written.splice(0)).toEqual([withMarks(PREFIX, { level: 'debug', ids: IDS }, 'Trace: here\n')])
  const hostile = {
    get [Symbol.toStringTag](): string {
      throw new Error('hostile')
    },
  }
  expect(() => console.log('%s', hostile)).toThrow('hostile')
  process.stdout.write('plain')
  console.assert(true, 'not said')
  console.assert(false, 'said')
  expect(written).toEqual([
    'plain',
    withMarks(PREFIX, { level: 'warn', ids: IDS }, 'Assertion failed: said\n'),
  ])
})

it('keeps the names of the methods', () => {
  const { console } = marked()
  expect(console.log.name).toBe('')
  const real = { log: globalThis.console.log } as Console
  markConsole({ console: real, process: fakeProcess().process, prefix: PREFIX, ids: () => null })
  expect(real.log.name).toBe('log')
})
