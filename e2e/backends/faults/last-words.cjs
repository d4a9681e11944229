// Writes one line to stderr and dies at once: each time another line, by the file's length.
const fs = require('node:fs')
const [file] = process.argv.slice(2)
fs.appendFileSync(file, 'x')
const n = fs.statSync(file).size
process.stderr.write(`last words number ${n}.\n`)
process.kill(process.pid, 'SIGKILL')
