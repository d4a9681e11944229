// Fills memory outside V8's heap, and reports when it is told that memory is short.
const { subscribe } = require('node:diagnostics_channel')

const kept = []
function keepBuffers() {
  kept.push(Buffer.alloc(2 * 1024 * 1024, 1))
}

subscribe('studio.memory-pressure', ({ usedBytes, limitBytes }) => {
  console.log(`memory pressure ${(usedBytes / limitBytes).toFixed(2)}`)
})
const timer = setInterval(keepBuffers, 30)
process.on('SIGTERM', () => {
  clearInterval(timer)
  process.exit(0)
})
console.log('buffers runs')
