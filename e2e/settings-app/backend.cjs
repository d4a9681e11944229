// A backend that tells of its environment, as it and the system see it, and as a child of it does.
const { execFileSync } = require('node:child_process')
const { readFileSync } = require('node:fs')

const ofSystem = () => (process.platform === 'linux' ? readFileSync('/proc/self/environ', 'utf8') : '')
const child = execFileSync('node', ['-p', 'JSON.stringify(process.env)'], { encoding: 'utf8' })
console.log(
  `backend ${JSON.stringify({ inside: process.env, ofSystem: ofSystem(), child: JSON.parse(child) })}`,
)
setInterval(() => {}, 1_000)
