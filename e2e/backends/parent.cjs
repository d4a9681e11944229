// Its memory is its child's, which ignores requests to stop.
const { spawn } = require('node:child_process')

const child = spawn(
  'sh',
  [
    '-c',
    'trap "" TERM; x=aaaaaaaaaaaaaaaa; i=0; while [ $i -lt 24 ]; do x="$x$x"; i=$((i+1)); done; sleep 1000',
  ],
  { stdio: 'ignore' },
)
console.log(`child is ${child.pid}`)
setInterval(() => {}, 1_000)
