package model

import (
	"fmt"
	"strconv"
	"time"
)

// A Memory is an amount with a binary suffix, such as "384Gi".
type Memory string

// Bytes returns the amount in bytes. It is an error when the amount is not of
// the form that the schema asks for or does not fit an int64.
func (m Memory) Bytes() (int64, error) {
	shift := map[string]int{"Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50}
	if len(m) < 3 || shift[string(m[len(m)-2:])] == 0 {
		return 0, fmt.Errorf("%q is not an amount of memory such as 16Gi", string(m))
	}
	n, err := strconv.ParseInt(string(m[:len(m)-2]), 10, 64)
	bits := shift[string(m[len(m)-2:])]
	if err != nil || n < 0 || n > (1<<62)>>bits {
		return 0, fmt.Errorf("%q is not an amount of memory below 4Ei", string(m))
	}
	return n << bits, nil
}

// A Duration is a whole number of minutes, hours or days, such as "30d". The
// values "Never" and "None" stand for no limit, where the schema allows them.
type Duration string

// Limited reports whether d is a length of time, and not "Never" or "None".
func (d Duration) Limited() bool { return d != "Never" && d != "None" && d != "" }

// Time returns the length of time. It is an error when d is not limited or
// does not fit a [time.Duration], which ends after 292 years.
func (d Duration) Time() (time.Duration, error) {
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	if len(d) < 2 || unit[d[len(d)-1]] == 0 {
		return 0, fmt.Errorf("%q is not a length of time such as 12h", string(d))
	}
	n, err := strconv.ParseInt(string(d[:len(d)-1]), 10, 64)
	u := unit[d[len(d)-1]]
	if err != nil || n < 0 || n > int64((1<<63-1)/u) {
		return 0, fmt.Errorf("%q is not a length of time below 292 years", string(d))
	}
	return time.Duration(n) * u, nil
}
