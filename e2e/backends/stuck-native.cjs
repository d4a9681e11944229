// Loops for a while, is responsive for a moment, then blocks in native code, unrelated to the loop.
const { spawnSync } = require('node:child_process')

function loopEarlier() {
  for (const until = Date.now() + 8_000; Date.now() < until; ) Math.sqrt(2)
}

console.log('stuck-native runs')
setTimeout(() => {
  loopEarlier()
  setTimeout(() => spawnSync('sleep', ['25']), 1_000)
}, 500)
