package change

import "slices"

// A hunk says that before[before:beforeEnd] gives way to after[after:afterEnd].
type hunk struct{ before, beforeEnd, after, afterEnd int }

// maxEdits bounds the search for a shortest edit script, whose time and memory
// grow with its square.
const maxEdits = 1000

// hunks returns a shortest way from one sequence to the other, in order. Where
// more than maxEdits items differ, it is one hunk from the first difference to
// the last.
func hunks(before, after []string) []hunk {
	start := 0
	for start < min(len(before), len(after)) && before[start] == after[start] {
		start++
	}
	end := 0
	for end < min(len(before), len(after))-start && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	next := hunk{before: start, after: start}
	var list []hunk
	// Each match closes the hunk before it, and so does the common end.
	for _, m := range append(matches(before[start:len(before)-end], after[start:len(after)-end]),
		match{len(before) - end - start, len(after) - end - start}) {
		next.beforeEnd, next.afterEnd = start+m.before, start+m.after
		if next.before < next.beforeEnd || next.after < next.afterEnd {
			list = append(list, next)
		}
		next = hunk{before: next.beforeEnd + 1, after: next.afterEnd + 1}
	}
	return list
}

// A match is a pair of indexes of equal items.
type match struct{ before, after int }

// matches returns a longest common subsequence, or nothing when the sequences
// are more than maxEdits apart. It is the greedy algorithm of E. Myers, "An
// O(ND) Difference Algorithm and Its Variations", 1986.
func matches(before, after []string) []match {
	limit := min(len(before)+len(after), maxEdits)
	// reach[limit+k] is how far into before a path on diagonal k has come, where
	// k is the index in before less the index in after.
	reach := make([]int, 2*limit+3)
	var history [][]int // What reach was before each round, from diagonal -edits-1 to edits+1.
	for edits := 0; edits <= limit; edits++ {
		row := slices.Clone(reach[limit-edits : limit+edits+3])
		history = append(history, row)
		for k := -edits; k <= edits; k += 2 {
			x, _ := step(row, edits, k)
			y := x - k
			for x < len(before) && y < len(after) && before[x] == after[y] {
				x, y = x+1, y+1
			}
			if x >= len(before) && y >= len(after) {
				return backtrack(history, len(before), len(after))
			}
			reach[limit+1+k] = x
		}
	}
	return nil
}

// step returns how far into before the better edit onto diagonal k comes, and
// whether that edit adds an item, which leaves the index in before as it is.
func step(row []int, edits, k int) (x int, adds bool) {
	remove, add := row[edits+k]+1, row[edits+2+k]
	if k == -edits || k != edits && add >= remove {
		return add, true
	}
	return remove, false
}

// backtrack walks from the end to the start and collects the matches it passes.
func backtrack(history [][]int, x, y int) []match {
	var list []match
	for edits, row := range slices.Backward(history) {
		from, adds := step(row, edits, x-y)
		for x > from {
			x, y = x-1, y-1
			list = append(list, match{x, y})
		}
		if adds {
			y--
		} else {
			x--
		}
	}
	slices.Reverse(list)
	return list
}
