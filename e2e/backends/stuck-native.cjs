// Loops for a while, is fine for a moment, then is stuck in native code, which the loop has nothing to do with.
const { spawnSync } = require('node:child_process')

function loopEarlier() {
  for (const until = Date.now() + 8_000; Date.now() < until; ) Math.sqrt(2)
}

console.log('stuck-native runs')
setTimeout(() => {
  loopEarlier()
  setTimeout(() => spawnSync('sleep', ['25']), 1_000)
}, 500)
