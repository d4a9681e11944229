// A log in memory: every line is unique, and made of pieces.
const lines = []

function logLine(number) {
  lines.push(`${number} ${'took a while; '.repeat(20 + (number % 10))}`.toUpperCase())
}

setImmediate(() => {
  for (let number = 0; ; number += 1) logLine(number)
})
