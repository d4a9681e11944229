// One job in a worker thread that is an ES module.
import { tracingChannel } from 'node:diagnostics_channel'
import { Worker, workerData } from 'node:worker_threads'

if (Worker.name !== 'Worker') throw new Error(`a Worker of another name: ${Worker.name}`)
tracingChannel('studio.job').traceSync(() => 'done', { id: workerData.id, kind: 'thread' })
