// An app's main as apps grow: what imports the monitor is neither the entry nor its first import, and is loaded later.
import { wasRegistered } from './early.mjs'

console.log(`the tracer came first: ${wasRegistered}`)
import('./studio/start.mjs').then(({ startStudio }) => startStudio())
