// Computes and allocates for ever, yielding now and then, in functions with recognisable names.
const kept = new Map()

// Recursive, so that no optimiser inlines it into its caller.
function fibonacci(n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)
}

let i = 0
// Called only by the event loop: there is no caller to be inlined into.
function keepSome() {
  kept.set(i++ % 400, new Array(2_000).fill(i))
}

function turn() {
  fibonacci(24)
  setTimeout(turn, 1)
}
setInterval(keepSome, 4)
turn()
console.log('busy runs')
