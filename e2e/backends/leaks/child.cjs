// A child process that retains all its input: tail, until that ends.
const { spawn } = require('node:child_process')

const chunk = Buffer.alloc(2 * 2 ** 20, 'x')
const child = spawn('tail', ['-c', String(2 ** 30)], { stdio: ['pipe', 'ignore', 'inherit'] })
child.stdin.on('error', () => {})
console.log(`the child is process ${child.pid}`)

setInterval(() => child.stdin.write(chunk), 20)
