import { describe, expect, it } from 'vitest'
import type { EngineHealthNews } from '../../../common/protocol/runner-channel'
import type { ProbeMessage } from '../probe-link/messages'
import { EngineHealth, LOADING_MS } from './engine-health'
import { DUMP } from './stacks.samples'

const WORKER_ID = '0x00007f0a1c9f96c0'
const MAIN_ID = '0x00007f0a3b2f7740'
const SELF = { at: 0 } as const
const HELLO: ProbeMessage = {
  ...SELF,
  type: 'hello',
  protocol: 1,
  token: '',
  pid: 7,
  again: false,
  python: '3.11.2',
  executable: null,
  ddtrace: null,
}
const READY: ProbeMessage = { ...SELF, type: 'ready', worker: WORKER_ID, main: MAIN_ID }
const NODE: ProbeMessage = { ...SELF, type: 'node', job: 1, id: '12', class: 'VAEDecode', pack: 'vae_pack' }
const beat = (loopDelayMs: number | null = 0): ProbeMessage => ({
  ...SELF,
  type: 'beat',
  gpu: null,
  worker: true,
  loopDelayMs,
  place: null,
})
const LEFT: ProbeMessage = {
  ...SELF,
  type: 'thread-died',
  thread: 'Thread-1 (prompt_worker)',
  worker: true,
  error: { name: 'SystemExit', message: '1', stack: null, node: null },
}

/** An engine on a clock of its own, second by second. */
class Patient {
  now = 0
  readonly health = new EngineHealth(0)
  readonly events: EngineHealthNews[] = []

  constructor(readonly hasWatchdog = true) {
    if (hasWatchdog) this.health.onWatchdog('', 0)
    this.say(HELLO, READY)
    this.pass(60, () => this.say(beat()))
  }

  say(...messages: ProbeMessage[]): void {
    for (const message of messages) this.health.onMessage(message, this.now)
  }

  pass(seconds: number, each: (second: number) => void = () => {}): void {
    for (let second = 1; second <= seconds; second += 1) {
      this.now += 1_000
      each(second)
      const event = this.health.check(this.now)
      if (event) this.events.push(event)
    }
  }

  /** The lock is held: the watchdog writes every three seconds, and nobody else anything. */
  hold(seconds: number, dump = DUMP): void {
    this.pass(seconds, (second) => {
      if (this.hasWatchdog && second % 3 === 0)
        this.health.onWatchdog(`Timeout (0:00:03)!\n${dump}`, this.now - 500)
    })
  }

  get told(): object[] {
    return this.events.map((event) =>
      event.type === 'engine-responsive'
        ? { type: event.type }
        : { kind: event.kind, isLoading: event.isLoading, isRestartDue: event.isRestartDue },
    )
  }

  get words(): string[] {
    return this.events.flatMap((event) => (event.type === 'engine-responsive' ? [] : event.words))
  }
}

describe('an engine', () => {
  it('that beats is well', () => {
    const engine = new Patient()
    engine.pass(3_600, () => engine.say(beat(40)))
    expect(engine.events).toEqual([])
  })

  it('whose stacks still come when it is looked at is told of with all of them', () => {
    const engine = new Patient()
    engine.say(NODE)
    engine.hold(12)
    // The machine is busy: the main thread, the last one, comes after the look.
    const [workers, main] = [
      DUMP.slice(0, DUMP.lastIndexOf('Thread')),
      DUMP.slice(DUMP.lastIndexOf('Thread')),
    ]
    engine.pass(2)
    engine.pass(1, () => engine.health.onWatchdog(`Timeout (0:00:03)!\n${workers}`, engine.now))
    expect(engine.events).toEqual([])
    engine.health.onWatchdog(main, engine.now + 100)
    engine.pass(1)
    const [event] = engine.events
    expect(event?.type === 'engine-unresponsive' && event.stacks.map(({ thread }) => thread)).toEqual([
      'prompt_worker',
      'MainThread',
    ])
  })

  it('whose lock is held is unresponsive after 15 s, once, with place and stacks, and may be restarted for it', () => {
    const engine = new Patient()
    engine.say(NODE)
    engine.hold(14)
    expect(engine.events).toEqual([])
    engine.hold(60)
    expect(engine.told).toEqual([{ kind: 'lock', isLoading: false, isRestartDue: true }])
    expect(engine.words).toEqual([
      "holding Python's lock for 15 s in run (custom_nodes/test_pack/__init__.py:84), in VAEDecode (node 12) of pack vae_pack: nothing else of the engine runs meanwhile",
    ])
    expect(engine.events[0]).toMatchObject({
      node: { id: '12', type: 'VAEDecode', pack: 'vae_pack' },
      stacks: [{ thread: 'prompt_worker' }, { thread: 'MainThread' }],
    })
    engine.pass(1, () => engine.say(beat()))
    engine.pass(60, () => engine.say(beat()))
    expect(engine.told.slice(1)).toEqual([{ type: 'engine-responsive' }])
    engine.hold(20)
    expect(engine.told.slice(2)).toEqual([{ kind: 'lock', isLoading: false, isRestartDue: true }])
  })

  it('that loads a model is told to load, and may be restarted after ten minutes of it', () => {
    const engine = new Patient()
    engine.say(NODE)
    const loading = DUMP.replaceAll('in process_inputs', 'in load_torch_file')
    engine.hold(LOADING_MS / 1_000 - 1, loading)
    expect(engine.told).toEqual([{ kind: 'lock', isLoading: true, isRestartDue: false }])
    expect(engine.words[0]).toContain('loading a model for 15 s in run')
    engine.hold(60, loading)
    expect(engine.told.slice(1)).toEqual([{ kind: 'lock', isLoading: true, isRestartDue: true }])
  })

  it('that loaded, and then hangs elsewhere, may be restarted at once', () => {
    const engine = new Patient()
    engine.hold(60, DUMP.replaceAll('in process_inputs', 'in load_torch_file'))
    engine.hold(6)
    expect(engine.told.map((told) => 'isRestartDue' in told && told.isRestartDue)).toEqual([false, true])
  })

  it('that is in the node of a loader loads, whatever its functions are called', () => {
    const engine = new Patient()
    engine.say({ ...NODE, class: 'UNETLoader' })
    engine.hold(20)
    expect(engine.told).toEqual([{ kind: 'lock', isLoading: true, isRestartDue: false }])
  })

  it('whose threads do not even write their stacks is suspended, or the machine is full', () => {
    const engine = new Patient()
    engine.pass(20)
    expect(engine.told).toEqual([{ kind: 'silent', isLoading: false, isRestartDue: true }])
    expect(engine.words[0]).toContain('its process is suspended')
  })

  it('of a system without a watchdog may be loading while a node runs', () => {
    const engine = new Patient(false)
    engine.say(NODE)
    engine.pass(20)
    expect(engine.told).toEqual([{ kind: 'silent', isLoading: true, isRestartDue: false }])
    expect(engine.words).toContain('it may be loading a model')
  })

  it('whose event loop stands still is unresponsive, with the place of its own thread', () => {
    const engine = new Patient()
    engine.pass(20, (second) => {
      engine.say(beat(second * 1_000))
      if (second === 10)
        engine.say({
          ...SELF,
          type: 'stacks',
          reason: 'loop',
          threads: [
            {
              id: WORKER_ID,
              name: 'Thread-1',
              frames: [{ function: 'get', file: '/usr/lib/python3.11/queue.py', line: 1 }],
            },
            {
              id: MAIN_ID,
              name: 'MainThread',
              frames: [{ function: 'list_files', file: '/e/custom_nodes/p/routes.py', line: 9 }],
            },
          ],
        })
    })
    expect(engine.told).toEqual([{ kind: 'loop', isLoading: false, isRestartDue: true }])
    expect(engine.words).toEqual([
      "the event loop of the engine's API has stood still for 15 s: stuck in list_files (custom_nodes/p/routes.py:9)",
    ])
    engine.pass(1, () => engine.say(beat(0)))
    expect(engine.told.at(-1)).toEqual({ type: 'engine-responsive' })
  })

  it('whose worker has ended is unresponsive at once, with the node that ended it, until it is another one', () => {
    const engine = new Patient()
    engine.say(NODE, {
      ...SELF,
      type: 'node-end',
      job: 1,
      id: '12',
      state: 'failed',
      cached: false,
      growth: null,
      peak: null,
      top: [],
      gpu: null,
    })
    engine.say(LEFT)
    engine.pass(600, () => engine.say(beat()))
    expect(engine.told).toEqual([{ kind: 'worker', isLoading: false, isRestartDue: true }])
    expect(engine.words[0]).toBe(
      "the engine's prompt worker (Thread-1 (prompt_worker)) has ended (SystemExit: 1), in VAEDecode (node 12) of pack vae_pack: its API answers, and no job runs any more",
    )
    engine.say({ ...HELLO, again: true }, READY)
    engine.pass(60, () => engine.say(beat()))
    expect(engine.told.slice(1)).toEqual([{ type: 'engine-responsive' }])
  })

  it('whose connection is closed is not judged until it speaks again', () => {
    const engine = new Patient()
    engine.health.onClosed()
    engine.pass(3_600)
    expect(engine.events).toEqual([])
    engine.say({ ...HELLO, again: true }, READY)
    engine.hold(60)
    expect(engine.told).toMatchObject([{ kind: 'lock' }])
  })

  it('that starts is not judged, and has twenty seconds from its first request for a job on', () => {
    const engine = new Patient()
    engine.say({ ...HELLO, again: true })
    engine.pass(3_600)
    engine.say(READY)
    engine.hold(19)
    expect(engine.events).toEqual([])
    engine.hold(2)
    expect(engine.told).toMatchObject([{ kind: 'lock' }])
  })

  it('is not judged by the time that the computer slept', () => {
    const engine = new Patient()
    engine.say(beat(3_000))
    engine.now += 3_600_000
    expect(engine.health.check(engine.now)).toBeNull()
    engine.hold(14)
    expect(engine.events).toEqual([])
  })
})
