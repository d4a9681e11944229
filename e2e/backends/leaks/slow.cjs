// A session that grows a little with each step, for seconds, and sleeps in between.
const { setTimeout: sleep } = require('node:timers/promises')

const session = { steps: [] }

function addStep(number) {
  const items = []
  for (let item = 0; item < 12_000; item += 1) items.push({ number, item })
  session.steps.push(items)
}

async function run() {
  for (let number = 0; ; number += 1) {
    addStep(number)
    await sleep(10)
  }
}

run()
