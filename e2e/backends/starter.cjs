// Starts one process that belongs to it, and one that is meant to outlive it, like a browser.
const { spawn } = require('node:child_process')

const start = (detached) => {
  const child = spawn('sleep', ['600'], { detached, stdio: 'ignore' })
  child.unref()
  return child.pid
}
console.log(`attached is ${start(false)}, detached is ${start(true)}.`)
setInterval(() => {}, 1_000)
