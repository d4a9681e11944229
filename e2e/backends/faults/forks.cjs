// Starts twenty processes, half of them in a session of their own, and continues. Once: `forks.cjs MARK`.
const fs = require('node:fs')
const { spawn } = require('node:child_process')

const [mark] = process.argv.slice(2)
const count = fs.existsSync(mark) ? 0 : 20
fs.writeFileSync(mark, '')
const children = Array.from({ length: count }, (_, index) => {
  const child = spawn('sleep', ['600'], { detached: index % 2 === 0, stdio: 'ignore' })
  child.unref()
  return child.pid
})
console.log(`children: ${children.join(' ')}.`)
setInterval(() => {}, 1_000)
