/** Node's own figures that are sent, of some 100 for each process: processor, memory, garbage collections. */
export const RUNTIME_METRICS: readonly string[] = [
  'runtime.node.cpu.user',
  'runtime.node.cpu.system',
  'runtime.node.cpu.total',
  'runtime.node.mem.rss',
  'runtime.node.mem.heap_total',
  'runtime.node.mem.heap_used',
  'runtime.node.mem.external',
  'runtime.node.heap.heap_size_limit',
  'runtime.node.gc.pause.max',
  'runtime.node.gc.pause.sum',
  'runtime.node.gc.pause.count',
  'runtime.node.process.uptime',
]
const SENT = new Set(RUNTIME_METRICS)
/** The rest of Node's, and dd-trace's count of what its client for metrics sends. */
const LEFT_OUT = /^(runtime\.node|datadog\.dogstatsd\.client)\./

interface Client {
  _add(name: string, ...rest: unknown[]): void
}

/**
 * Leaves most of dd-trace's metrics of the runtime out: each is a series that is paid for, twice on every machine. What an app
 * sends by `tracer.dogstatsd` goes as ever. To be called before the first is sent. Read in dd-trace 5.132, guarded by a test; where it is
 * otherwise, all of them are sent.
 */
export function reduceRuntimeMetrics(): void {
  try {
    const { DogStatsDClient } = require('dd-trace/packages/dd-trace/src/dogstatsd') as {
      DogStatsDClient: { prototype: Client }
    }
    const { prototype } = DogStatsDClient
    const add = prototype._add
    if (typeof add !== 'function') return
    prototype._add = function (this: Client, name, ...rest) {
      if (SENT.has(name) || !LEFT_OUT.test(name)) add.call(this, name, ...rest)
    }
  } catch {
    // A monitor that sends too much is better than none.
  }
}
