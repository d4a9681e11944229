// Posts bytes back, as many as it is posted. It says how long receiving them took of it.
let before = process.cpuUsage()
setInterval(() => {
  before = process.cpuUsage()
}, 100)
process.parentPort.on('message', ({ data }) => {
  const { user, system } = process.cpuUsage(before)
  console.log(`the backend received ${data.byteLength} bytes after ${Math.round((user + system) / 1_000)} ms`)
  process.parentPort.postMessage(Buffer.alloc(data.byteLength, 1))
})
