// What `doctor` profiles: a backend that computes and keeps what it allocates, in functions with names to look for.
const kept = new Map<number, unknown[]>()
let turns = 0

// Recursive, so that no optimiser makes it part of its caller.
function doctorComputes(n: number): number {
  return n < 2 ? n : doctorComputes(n - 1) + doctorComputes(n - 2)
}

// Called by the event loop alone, for the same reason.
function doctorKeeps(): void {
  kept.set(turns++ % 400, new Array(5_000).fill(turns))
}

function turn(): void {
  doctorComputes(26)
  setTimeout(turn, 1)
}
setInterval(doctorKeeps, 2)
turn()
